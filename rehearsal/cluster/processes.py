"""Starts child processes so that none of them is ever left behind or mistaken for another.

Each child dies with the process that started it, and is written down with an identity that no
later process can have, so that what a crash leaves behind can be stopped from the record alone.
"""

import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

_SET_PARENT_DEATH_SIGNAL = 1
"""PR_SET_PDEATHSIG of prctl(2)."""
_REPOSITORY = Path(__file__).parents[2]
_SECONDS_TO_END = 4.0
_START_TIME_FIELD = 19
"""Index of the start time in /proc/PID/stat, counted from the state, which follows the name."""

_OF_A_SIGNAL = 128
"""A shell adds the number of the signal that ended a program."""

_libc = ctypes.CDLL(None)
# Linux signals a child when the *thread* that started it ends, so one that never ends starts all.
_starter = ThreadPoolExecutor(max_workers=1, thread_name_prefix="starts-processes")


@dataclass(frozen=True, kw_only=True)
class ProcessRecord:
    """A process that was started: `identity` tells it from a later one with the same number."""

    name: str
    pid: int
    identity: str

    @property
    def is_alive(self) -> bool:
        """Whether this very process is running; one that ended and was not collected is not."""
        return _identity(self.pid) == self.identity


class Processes:
    """The processes that one directory's owner has started, on record in that directory."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._children: dict[int, subprocess.Popen[bytes]] = {}

    @property
    def _record_file(self) -> Path:
        return self._directory / "processes.jsonl"

    def log(self, name: str) -> Path:
        """Return the file that takes what a process writes."""
        return self._directory / f"{name}.log"

    def start(
        self,
        name: str,
        command: Sequence[str],
        environment: Mapping[str, str] | None = None,
        *,
        user: int | None = None,
    ) -> ProcessRecord:
        """Start a process in the background, as another user if given, and record it."""
        return _starter.submit(self._start, name, command, environment, user).result()

    def start_module(self, name: str, module: str, *arguments: str) -> ProcessRecord:
        """Start a module of this repository with this Python, and record it."""
        return self.start(
            name,
            [sys.executable, "-m", module, *arguments],
            {**os.environ, "PYTHONPATH": str(_REPOSITORY)},
        )

    def _start(
        self,
        name: str,
        command: Sequence[str],
        environment: Mapping[str, str] | None,
        user: int | None,
    ) -> ProcessRecord:
        with self.log(name).open("ab") as output:
            child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=environment,
                cwd=self._directory,
                start_new_session=True,  # Ctrl-C reaches the owner, who stops them in order
                user=user,
                group=user,
                extra_groups=None if user is None else (),
                # Runs after the change of user, which would undo it.
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - prctl takes no lock
            )
        self._children[child.pid] = child
        record = ProcessRecord(name=name, pid=child.pid, identity=_identity(child.pid) or "ended")
        with self._record_file.open("a") as record_file:
            record_file.write(json.dumps(asdict(record)) + "\n")
        return record

    def running(self) -> tuple[ProcessRecord, ...]:
        """Return what is on record and still alive, also if another process started it."""
        for child in self._children.values():
            child.poll()
        if not self._record_file.exists():
            return ()
        records = (
            ProcessRecord(**json.loads(line)) for line in self._record_file.read_text().splitlines()
        )
        return tuple(record for record in records if record.is_alive)

    def exit_code(self, record: ProcessRecord) -> int | None:
        """Return the code of a child that has ended, as a shell would; nothing while it runs.

        What the child has started and left goes with it, as it does with a container.
        """
        child = self._children[record.pid]
        if child.returncode is None:
            options = os.WEXITED | os.WNOHANG | os.WNOWAIT
            if os.waitid(os.P_PID, record.pid, options) is None:
                return None
            # While it is not collected, its group's number is nobody else's.
            self.signal(record, signal.SIGKILL)
        code = child.wait()
        return code if code >= 0 else _OF_A_SIGNAL - code

    def signal(self, record: ProcessRecord, number: signal.Signals) -> None:
        """Send a signal to a child that was not seen to end, and to all that it has started."""
        with suppress(ProcessLookupError):
            os.killpg(record.pid, number)

    def kill(self) -> None:
        """End what is alive at once, with all that it has started."""
        for record in self.running():
            self.signal(record, signal.SIGKILL)

    def stop(self, order: Iterable[str]) -> None:
        """Stop what is alive by name in that order, each ended before the next, then the rest."""
        rank = {name: index for index, name in enumerate(order)}
        for record in sorted(self.running(), key=lambda r: rank.get(r.name, len(rank))):
            self._end(record)
        self._record_file.unlink(missing_ok=True)

    def stop_only(self, names: Sequence[str]) -> None:
        """Stop what is alive under these names, one after the other; the rest goes on."""
        for name in names:
            for record in self.running():
                if record.name == name:
                    self._end(record)

    def _end(self, record: ProcessRecord) -> None:
        for number in (signal.SIGTERM, signal.SIGKILL):
            if record.is_alive:
                os.kill(record.pid, number)
            deadline = time.monotonic() + _SECONDS_TO_END
            while record.is_alive and time.monotonic() < deadline:
                time.sleep(0.02)
        if child := self._children.pop(record.pid, None):
            # A process in uninterruptible sleep must not abort stopping the rest.
            with suppress(subprocess.TimeoutExpired):
                child.wait(_SECONDS_TO_END)


def _die_with_parent() -> None:
    """Run in the child: be killed when the parent ends, however it ends."""
    _libc.prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)


def _identity(pid: int) -> str | None:
    """Name a living process for ever: the boot it runs in and its start time within that."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return None
    fields = status.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else f"{boot}/{fields[_START_TIME_FIELD]}"
