"""Builds the control plane from Go modules that are pinned by their go.sum."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rehearsal.toolchain.steps import Stamp, ToolchainError, fingerprint, waiting

_MODULES = Path(__file__).parent


@dataclass(frozen=True, kw_only=True)
class GoProgram:
    """One program: which package of which of our modules it is built from."""

    name: str
    version: str
    module: str
    package: str
    variables: tuple[str, ...] = ()
    """Go variables that the linker sets, as `path=value`."""
    tags: tuple[str, ...] = ()
    """Build tags, by which a program leaves out what is not used."""

    @property
    def source(self) -> Path:
        return _MODULES / self.module

    @property
    def linker_flags(self) -> str:
        """No symbol tables, which halves the file, and the program's variables."""
        return " ".join(["-s", "-w", *(f"-X {variable}" for variable in self.variables)])

    @property
    def fingerprint(self) -> str:
        """Changes when anything that decides the program's content does."""
        files = [self.source / "go.mod", self.source / "go.sum", *sorted(self.source.rglob("*.go"))]
        inputs = [file.read_bytes() for file in files]
        return fingerprint([*inputs, self.package, self.linker_flags, *self.tags])


def _required(module: str, file: Path) -> str:
    """Return the version of a module that a go.mod pins."""
    (line,) = (line for line in file.read_text().splitlines() if f"{module} v" in line)
    return line.partition(f"{module} v")[2].split()[0]


def _kubernetes(name: str) -> GoProgram:
    version = "k8s.io/component-base/version"
    return GoProgram(
        name=name,
        version="1.36.3",
        module="kubernetes",
        package=f"k8s.io/kubernetes/cmd/{name}",
        # Without them the server reports v0.0.0, and clients refuse to talk to it.
        variables=(
            f"{version}.gitVersion=v1.36.3",
            f"{version}.gitMajor=1",
            f"{version}.gitMinor=36",
        ),
    )


PROGRAMS = (
    _kubernetes("kube-apiserver"),
    _kubernetes("kube-controller-manager"),
    _kubernetes("kube-scheduler"),
    GoProgram(name="etcd", version="3.7.3", module="etcd", package="go.etcd.io/etcd/server/v3"),
    GoProgram(name="kwok", version="0.8.0", module="kwok", package="sigs.k8s.io/kwok/cmd/kwok"),
)


_KEDA_MODULE = "github.com/kedacore/keda/v2"
KEDA_VERSION = _required(_KEDA_MODULE, _MODULES / "keda" / "go.mod")

KEDA = (
    GoProgram(
        name="keda-operator",
        version=KEDA_VERSION,
        module="keda",
        package=f"{_KEDA_MODULE}/cmd/operator",
    ),
    GoProgram(name="keda-adapter", version=KEDA_VERSION, module="keda", package="./adapter"),
    GoProgram(name="keda-webhooks", version=KEDA_VERSION, module="keda", package="./webhooks"),
)
"""Built only for an assembly that installs the chart: they take as long as all the others."""


def build(program: GoProgram, directory: Path, say: Callable[[str], None]) -> None:
    """Build a program into `directory` unless it was built from the same inputs before."""
    stamp = Stamp(file=directory / program.name, fingerprint=program.fingerprint)
    if stamp.is_current:
        return
    log = directory.parent / "logs" / f"{program.name}.log"
    command = [
        _go(),
        "build",
        "-trimpath",
        f"-ldflags={program.linker_flags}",
        *([f"-tags={','.join(program.tags)}"] if program.tags else []),
        f"-o={stamp.file}",
        program.package,
    ]
    with waiting(say, f"building {program.name} {program.version}"):
        _run(program, command, log)
    stamp.write()


def copy_from_module(program: GoProgram, path: str, directory: Path) -> None:
    """Copy the files of a directory of KEDA's module, once: Go's cache may be emptied later."""
    stamp = Stamp(file=directory, fingerprint=program.fingerprint)
    if stamp.is_current:
        return
    directory.mkdir(parents=True, exist_ok=True)
    for file in (_fetched(program, _KEDA_MODULE) / path).iterdir():
        (directory / file.name).write_bytes(file.read_bytes())
    stamp.write()


def _fetched(program: GoProgram, module: str) -> Path:
    """Find a module where Go keeps it, and fetch it first if it is not there."""
    ended = subprocess.run(
        [_go(), "mod", "download", "-json", module],
        cwd=program.source,
        env=_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        reason = json.loads(ended.stdout or "{}").get("Error") or ended.stderr.strip()
        message = f"{module} could not be fetched: {reason}"
        raise ToolchainError(message)
    return Path(json.loads(ended.stdout)["Dir"])


def _run(program: GoProgram, command: Sequence[str], log: Path) -> None:
    log.parent.mkdir(exist_ok=True)
    with log.open("wb") as output:
        ended = subprocess.run(
            command,
            cwd=program.source,
            env=_environment(),
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if ended.returncode:
        lines = log.read_text(errors="replace").split("\n")
        last = next((line.strip() for line in reversed(lines) if line.strip()), "no output")
        message = f"{program.name} {program.version} could not be built: {last} (whole log: {log})"
        raise ToolchainError(message)


def _go() -> str:
    """Find Go beside the interpreter, where the requirements put it, or on the PATH."""
    beside = Path(sys.executable).parent / "go"
    found = str(beside) if beside.exists() else shutil.which("go")
    if not found:
        message = "Go, which builds the Kubernetes control plane, is missing: run `make setup`"
        raise ToolchainError(message)
    return found


def _environment() -> Mapping[str, str]:
    return {
        **os.environ,
        "CGO_ENABLED": "0",  # no C compiler is asked for
        "GOFLAGS": "-mod=readonly",  # go.mod and go.sum decide, whatever the user has set
        "GOTOOLCHAIN": "local",  # never download another Go
        "GOWORK": "off",
    }
