"""A copy of the tree, in which a drill edits, deploys and breaks things as a person would."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from lightkube import Client

from rehearsal.cloud import emulator
from rehearsal.cloud.emulator import Emulator
from rehearsal.cluster.client import client_of
from rehearsal.command.cdk import environment_of_cdk
from tests.rehearsal import edits
from tests.rehearsal.edits import Edit

REPOSITORY = Path(__file__).parents[2]
TOOLS = REPOSITORY / ".rehearsal" / "tools"
CHECKPOINTS = REPOSITORY / ".rehearsal" / "checkpoints"

_LONGEST_SECONDS = 600
"""No command takes longer: CloudFormation would wait an hour for a function that is broken."""
_EDITED_APP = (
    "tests/__init__.py",
    *(f"tests/rehearsal/{n}.py" for n in ("__init__", "edits", "edited_app")),
)
_COPIED = ("app.py", "cdk.json", "package.json", *_EDITED_APP)
_COPIED_ROOMS = ("catalog", "charts", "functions", "rehearsal", "settings", "stacks")
_EARLIER = "tests/rehearsal/earlier"
EDITED_APP = "tests.rehearsal.edited_app"


@dataclass(frozen=True, kw_only=True)
class Checkout:
    """A copy with a rehearsal of its own; it shares the built tools and installed packages."""

    root: Path

    @classmethod
    def copied_to(cls, root: Path, tools: Path) -> "Checkout":
        """Copy the tree as it is now; `tools` are the built programs."""
        (root / ".rehearsal").mkdir(parents=True)
        (root / "tests" / "rehearsal").mkdir(parents=True)
        for name in _COPIED:
            shutil.copy(REPOSITORY / name, root / name)
        for name in (*_COPIED_ROOMS, _EARLIER):
            shutil.copytree(
                REPOSITORY / name, root / name, ignore=shutil.ignore_patterns("__pycache__")
            )
        (root / ".venv").symlink_to(sys.prefix)
        for name in ("node_modules", "containers"):
            (root / name).symlink_to(REPOSITORY / name)
        (root / ".rehearsal" / "tools").symlink_to(tools)
        copy = cls(root=root)
        copy.synthesize_with(EDITED_APP)
        edits.write([], copy._edits)
        return copy

    def synthesize_with(self, module: str) -> None:
        """Let a module of this copy be its application from now on."""
        settings = json.loads((self.root / "cdk.json").read_text())
        settings["app"] = f".venv/bin/python -m {module}"
        (self.root / "cdk.json").write_text(json.dumps(settings))

    def share_checkpoints(self) -> None:
        """Begin from what other copies have deployed, and let others begin from this one's."""
        CHECKPOINTS.mkdir(parents=True, exist_ok=True)
        (self.root / ".rehearsal" / "checkpoints").symlink_to(CHECKPOINTS)

    def edit(self, *added: Edit) -> None:
        edits.write([*edits.read(self._edits), *added], self._edits)

    @contextmanager
    def edited(self, *added: Edit) -> Iterator[None]:
        before = edits.read(self._edits)
        self.edit(*added)
        try:
            yield
        finally:
            edits.write(before, self._edits)

    @property
    def _edits(self) -> Path:
        return self.root / edits.FILE

    @property
    def run(self) -> Path:
        return self.root / ".rehearsal" / "run"

    @property
    def cloud(self) -> Emulator:
        found = emulator.running(self.run)
        assert found, f"no emulator runs in {self.run}"
        return found

    def client(self) -> Client:
        return client_of(self.root / ".rehearsal" / "kubeconfig")

    def start_rehearsal(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            # Not the link's Python: the shared tools name the one that extracted them.
            [sys.executable, "-m", "rehearsal", *arguments],
            cwd=self.root,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def rehearse(self, *arguments: str) -> "Ended":
        with self.start_rehearsal(*arguments) as process:
            try:
                output, _ = process.communicate(timeout=_LONGEST_SECONDS)
            except subprocess.TimeoutExpired:
                process.terminate()
                raise
        return Ended(code=process.returncode, output=output)

    def up(self, stack: str, *options: str) -> "Ended":
        return self.rehearse("up", stack, *options)

    def down(self) -> "Ended":
        return self.rehearse("down")

    def cdk(self, *arguments: str) -> "Ended":
        environment = environment_of_cdk(self.cloud.environment, self.run)
        program = self.root / "node_modules" / ".bin" / "cdk"
        return self._run(environment, str(program), *arguments, "--no-notices")

    def deploy(self, stack: str) -> "Ended":
        return self.cdk("deploy", stack, "--require-approval", "never", "--progress", "events")

    def kubectl(self, *arguments: str) -> "Ended":
        kubeconfig = self.root / ".rehearsal" / "kubeconfig"
        kubectl = self.root / ".rehearsal" / "tools" / "bin" / "kubectl"
        return self._run(os.environ, str(kubectl), f"--kubeconfig={kubeconfig}", *arguments)

    def aws(self, *arguments: str) -> "Ended":
        """Run the AWS CLI, pointed at the emulator."""
        return self._run(self.cloud.environment, str(self.run / "bin" / "aws"), *arguments)

    def _run(self, environment: Mapping[str, str], *command: str) -> "Ended":
        process = subprocess.run(
            command,
            cwd=self.root,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=_LONGEST_SECONDS,
        )
        return Ended(code=process.returncode, output=process.stdout)

    def processes(self) -> list[str]:
        """Return the command line of every process that names this copy or works in it."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                place = (process / "cwd").readlink()
            except OSError:  # it has ended meanwhile
                continue
            if str(self.root) in command or place.is_relative_to(self.root):
                found.append(command)
        return found


class Ended(NamedTuple):
    code: int
    output: str

    def must_succeed(self) -> str:
        """Return what the command said; fail with it if the command did."""
        assert self.code == 0, self.output
        return self.output
