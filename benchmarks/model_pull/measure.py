"""One program, run once: how long, how much work for the processor, how much memory."""

import contextlib
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.memory import sampled
from benchmarks.model_pull.failure import BenchmarkError
from benchmarks.model_pull.programs import ROOT

_SECONDS_BETWEEN_SAMPLES = 0.05


@dataclass(frozen=True, kw_only=True)
class Run:
    """What one run took."""

    program_seconds: float
    sync_seconds: float
    """From the program's end until the target's file system had everything on its disk."""

    cpu_seconds: float
    """User and system time of the program and the processes it waited for."""

    peak_bytes: int
    """The largest sampled sum of the proportional set sizes of all its processes."""

    @property
    def seconds(self) -> float:
        """Until the bytes were durable."""
        return self.program_seconds + self.sync_seconds


def measure(command: Sequence[str], environment: Mapping[str, str], target: Path) -> Run:
    """Run a program that fills `target`; raises BenchmarkError with its last words if it fails."""
    os.sync()  # what others have written is not for this one to pay
    with tempfile.TemporaryFile() as words:
        start = time.monotonic()
        program = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=words,
            start_new_session=True,
        )
        try:
            with sampled(program.pid, _SECONDS_BETWEEN_SAMPLES) as samples:
                _, status, usage = os.wait4(program.pid, 0)
                ended = time.monotonic()
            program.returncode = os.waitstatus_to_exitcode(status)
        finally:
            with contextlib.suppress(ProcessLookupError):  # the usual case: all are gone
                os.killpg(program.pid, signal.SIGKILL)
            if program.returncode is None:
                program.wait()
        if program.returncode:
            words.seek(0)
            _complain(command, program.returncode, words.read().decode(errors="replace"))
    return Run(
        program_seconds=ended - start,
        sync_seconds=_sync(target),
        cpu_seconds=usage.ru_utime + usage.ru_stime,
        peak_bytes=max(samples, default=0),
    )


def _sync(target: Path) -> float:
    start = time.monotonic()
    subprocess.run(["sync", "--file-system", target], check=True)
    return time.monotonic() - start


def _complain(command: Sequence[str], code: int, words: str) -> None:
    last = (words.strip() or "no word about it").splitlines()[-1]
    message = f"`{' '.join(command)}` ended with {code}: {last}"
    raise BenchmarkError(message)
