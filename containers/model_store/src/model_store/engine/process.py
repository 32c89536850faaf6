"""A program that may work for minutes: watched, limited, and never left behind."""

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from model_store.failure import ExitCode, Failure
from model_store.progress import say

_SECONDS_BETWEEN_LINES = 5.0
_TAIL_BYTES = 4096
_LINE_CHARACTERS = 160


@dataclass(frozen=True, kw_only=True)
class Watch:
    """What is being done, the file that takes what programs say, and how long all may last."""

    doing: str
    log: Path
    limit_s: float
    began: float = field(default_factory=time.monotonic)

    @property
    def elapsed_s(self) -> float:
        return time.monotonic() - self.began


@dataclass(frozen=True)
class ProcessResult:
    """How a program ended: its exit code (below 0: the signal) and what it said."""

    code: int
    said: str


def run(command: Sequence[str], watch: Watch) -> ProcessResult:
    """Run a program to its end; raise `Failure` when the time is up.

    However this ends, by a signal to us too, the program and all that it started are gone. Only
    SIGKILL leaves it running, and in a pod that ends the container with all that is in it.
    """
    with watch.log.open("ab") as log:
        begins = log.tell()
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            # Of its own, so that it can be ended with what it started.
            start_new_session=True,
        )
        try:
            code = _wait(process, watch)
        finally:
            if process.poll() is None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    said = watch.log.read_bytes()[begins:]
    return ProcessResult(code, said.decode(errors="replace"))


def _wait(process: "subprocess.Popen[bytes]", watch: Watch) -> int:
    while (left := watch.limit_s - watch.elapsed_s) > 0:
        with suppress(subprocess.TimeoutExpired):
            return process.wait(min(left, _SECONDS_BETWEEN_LINES))
        say(f"{watch.doing} for {watch.elapsed_s:.0f} s: {_last_line(watch.log)}")
    raise Failure(
        ExitCode.NO_ENGINE,
        f"{watch.doing} did not end within {watch.limit_s:.0f} s and was stopped: "
        f"see in {watch.log} what it did last",
    )


def _last_line(log: Path) -> str:
    with log.open("rb") as file:
        file.seek(max(0, os.fstat(file.fileno()).st_size - _TAIL_BYTES))
        lines = file.read().decode(errors="replace").split("\n")
    last = next((line.strip() for line in reversed(lines) if line.strip()), "nothing said yet")
    return last[:_LINE_CHARACTERS]
