"""One program, run once: how long, how much CPU time, how much memory."""

import contextlib
import os
import signal
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from containers.model_store.benchmarks.programs import ROOT, BenchmarkError

_SECONDS_BETWEEN_SAMPLES = 0.05


def taken(pid: int) -> int:
    """Return the bytes of a process and its descendants, shared pages split among their users."""
    return sum(map(_proportional_set, _family(pid)))


@contextlib.contextmanager
def sampled(pid: int, every_seconds: float) -> Iterator[list[int]]:
    samples: list[int] = []
    over = threading.Event()

    def sample() -> None:
        while not over.wait(every_seconds):
            samples.append(taken(pid))

    sampler = threading.Thread(target=sample)
    sampler.start()
    try:
        yield samples
    finally:
        over.set()
        sampler.join()


def _family(pid: int) -> Iterator[int]:
    yield pid
    with contextlib.suppress(OSError):  # it has just ended
        for children in Path(f"/proc/{pid}/task").glob("*/children"):
            for child in children.read_text().split():
                yield from _family(int(child))


def _proportional_set(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:  # it is gone
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


@dataclass(frozen=True, kw_only=True)
class Run:
    """Times and memory of one run of a program, until its files were durable."""

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


@dataclass(frozen=True, kw_only=True)
class MedianRange:
    """The middle of some figures, the lowest and the highest."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, figures: Sequence[float]) -> Self:
        return cls(median=statistics.median(figures), low=min(figures), high=max(figures))


def times_as_long(theirs: Sequence[Run], ours: Sequence[Run]) -> MedianRange:
    """Compare round by round, as the machine changes from one to the next: above 1 ours won."""
    return MedianRange.of(
        [their.seconds / our.seconds for their, our in zip(theirs, ours, strict=True)]
    )


def fastest(runs: Mapping[str, Sequence[Run]], names: Sequence[str]) -> str:
    return min(names, key=lambda name: MedianRange.of([run.seconds for run in runs[name]]).median)


def slowest(runs: Mapping[str, Sequence[Run]], names: Sequence[str]) -> str:
    return max(names, key=lambda name: MedianRange.of([run.seconds for run in runs[name]]).median)
