"""Builds the control plane from Go modules that are pinned by their go.sum."""

import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rehearsal.toolchain.go import environment, go
from rehearsal.toolchain.steps import Stamp, ToolchainError, fingerprint, waiting

MODULES = Path(__file__).parent
"""Where each folder with a go.mod of ours lies."""


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
        return MODULES / self.module

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


def _kubernetes(release: str, module: str) -> tuple[GoProgram, ...]:
    package = "k8s.io/component-base/version"
    major, minor, _ = release.split(".")
    return tuple(
        GoProgram(
            name=name,
            version=release,
            module=module,
            package=f"k8s.io/kubernetes/cmd/{name}",
            # Without them the server reports v0.0.0, and clients refuse to talk to it.
            variables=(
                f"{package}.gitVersion=v{release}",
                f"{package}.gitMajor={major}",
                f"{package}.gitMinor={minor}",
            ),
        )
        for name in ("kube-apiserver", "kube-controller-manager", "kube-scheduler")
    )


KUBERNETES = {
    "1.35": _kubernetes("1.35.4", "kubernetes-1.35"),
    "1.36": _kubernetes("1.36.3", "kubernetes"),
}
"""The programs of a control plane, by the version that a cluster names."""
DEFAULT_KUBERNETES = "1.36"
"""Always built; others take as long as it does, and only for a cluster that names one."""

PROGRAMS = (
    *KUBERNETES[DEFAULT_KUBERNETES],
    GoProgram(name="etcd", version="3.7.3", module="etcd", package="go.etcd.io/etcd/server/v3"),
    GoProgram(name="kwok", version="0.8.0", module="kwok", package="sigs.k8s.io/kwok/cmd/kwok"),
)


def build(program: GoProgram, directory: Path, say: Callable[[str], None]) -> None:
    """Build a program into `directory` unless it was built from the same inputs before."""
    stamp = Stamp(file=directory / program.name, fingerprint=program.fingerprint)
    if stamp.is_current:
        return
    log = directory.parent / "logs" / f"{program.name}.log"
    command = [
        go(),
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


def _run(program: GoProgram, command: Sequence[str], log: Path) -> None:
    log.parent.mkdir(exist_ok=True)
    with log.open("wb") as output:
        ended = subprocess.run(
            command,
            cwd=program.source,
            env=environment(),
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if ended.returncode:
        lines = log.read_text(errors="replace").split("\n")
        last = next((line.strip() for line in reversed(lines) if line.strip()), "no output")
        message = f"{program.name} {program.version} could not be built: {last} (whole log: {log})"
        raise ToolchainError(message)
