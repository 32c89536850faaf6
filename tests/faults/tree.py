"""A copy of the tree in which faults are planted, and the programs that look at it there."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from tempfile import mkdtemp

from tests.faults.fault import Fault

REPOSITORY = Path(__file__).parents[2]
_INSTALLED = (".venv", "node_modules")
_ROOMS = (
    *("catalog", "charts", "containers", "functions", "plan", "settings", "stacks"),
    *("rehearsal", "tests", "tools"),
)
_FILES = ("app.py", "cdk.json", "pyproject.toml")
_NOT_COPIED = shutil.ignore_patterns("golden")
_LONGEST_SECONDS = 300


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a program ended, and all that it said."""

    code: int
    output: str


@dataclass(frozen=True)
class Tree:
    """A copy with the programs that are installed here; one fault is in it at a time."""

    root: Path

    @classmethod
    def copied_to(cls, root: Path) -> "Tree":
        """Copy what the application and its tests consist of; golden files are no catchers."""
        for room in _ROOMS:
            shutil.copytree(REPOSITORY / room, root / room, ignore=_NOT_COPIED)
        for file in _FILES:
            shutil.copy2(REPOSITORY / file, root / file)
        for name in _INSTALLED:
            (root / name).symlink_to(REPOSITORY / name)
        return cls(root)

    @contextmanager
    def planted(self, fault: Fault) -> Iterator[None]:
        """Edit one file as a person would, and put it back."""
        file = self.root / fault.path
        text, stat = file.read_bytes(), file.stat()
        file.write_text(fault.spoil(self.root))
        try:
            yield
        finally:
            file.write_bytes(text)
            # Byte code is known by its time: that of the file as it was is right again.
            os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))

    def synth(self, system: str, output: Path, *, validate: bool) -> str:
        """Run the application; return what refuses, or nothing."""
        program = self._synthesizer
        assert program.stdin is not None
        assert program.stdout is not None
        asked = {"system": system, "output": str(output), "validate": validate}
        program.stdin.write(json.dumps(asked) + "\n")
        program.stdin.flush()
        return str(json.loads(program.stdout.readline()))

    @cached_property
    def _synthesizer(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            (sys.executable, "-m", "tests.faults.synthesizer"),
            cwd=self.root,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def close(self) -> None:
        """End what was started."""
        with self._synthesizer as program:
            program.terminate()

    def plan(self, system: str, before: Path, after: Path) -> Ended:
        """Compare two assemblies, as `make diff` does."""
        return self._run(
            *("plan", "--stack", system, "--before", str(before), "--assembly", str(after))
        )

    def test(self, node: str) -> Ended:
        return self._run("pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-x", node)

    def _run(self, *module: str) -> Ended:
        done = subprocess.run(
            (sys.executable, "-m", *module),
            cwd=self.root,
            # Else the byte code of a fault could outlive it.
            env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=_LONGEST_SECONDS,
        )
        return Ended(code=done.returncode, output=done.stdout)

    @cache  # noqa: B019 - one tree for all tests of a process
    def sound_assembly(self, system: str) -> Path:
        """Return the assembly of the tree without faults; fails if it has none."""
        output = Path(mkdtemp(dir=self.root, prefix="assembly-"))
        refusal = self.synth(system, output, validate=True)
        assert not refusal, refusal
        return output

    @cache  # noqa: B019
    def passes(self, node: str) -> bool:
        """Whether a test passes in the tree without faults."""
        return self.test(node).code == 0
