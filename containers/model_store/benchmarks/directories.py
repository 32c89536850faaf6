"""Where the bytes lie while the benchmark runs: one directory in memory, one on disk."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from containers.model_store.benchmarks.programs import ROOT, BenchmarkError

HOME = ROOT / "dist" / "bench"
"""Ignored by git and removed by `make clean`: the installed rivals and the target on disk."""

_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - the one directory that surely lies in memory
_INSTALLED_BYTES = 400_000_000
"""Room on disk for the programs, while one is unpacked."""

_RUNNING_BYTES = 1_600_000_000
"""Room in memory for a program that runs: aws s3 sync with crt took 1.4 GB."""


@dataclass(frozen=True, kw_only=True)
class BenchmarkDirectories:
    """Empty directories; both are gone at the end, whatever happens."""

    memory: Path
    disk: Path

    @property
    def served(self) -> Path:
        """What the S3-like server serves: in memory, so that reading it costs all the same."""
        return self.memory / "served"


@contextmanager
def benchmark_directories(tree_bytes: int) -> Iterator[BenchmarkDirectories]:
    """Make room and lend it; raises BenchmarkError when there is too little or it is taken."""
    if not _SHARED_MEMORY.is_dir():
        message = f"the benchmark needs Linux: this machine has no {_SHARED_MEMORY}"
        raise BenchmarkError(message)
    HOME.mkdir(parents=True, exist_ok=True)
    with (HOME / "lock").open("wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            message = "another benchmark is running here: wait for its end, for both would be slow"
            raise BenchmarkError(message) from None
        lent = BenchmarkDirectories(memory=_SHARED_MEMORY / "model-store-bench", disk=HOME / "run")
        _clear(lent)  # what a killed benchmark left
        _check_room(tree_bytes)
        try:
            lent.memory.mkdir()
            lent.disk.mkdir()
            yield lent
        finally:
            _clear(lent)


def _clear(lent: BenchmarkDirectories) -> None:
    for directory in (lent.memory, lent.disk):
        shutil.rmtree(directory, ignore_errors=True)


def _check_room(tree_bytes: int) -> None:
    """Two trees must fit into memory, the served and the pulled one, and one onto the disk."""
    in_memory = 2 * tree_bytes + _RUNNING_BYTES
    free = {
        f"in {_SHARED_MEMORY}": (shutil.disk_usage(_SHARED_MEMORY).free, 2 * tree_bytes),
        "in memory": (_available_memory(), in_memory),
        f"on the disk of {HOME.relative_to(ROOT)}": (
            shutil.disk_usage(HOME).free,
            tree_bytes + _INSTALLED_BYTES,
        ),
    }
    for where, (there, needed) in free.items():
        if there < needed:
            message = (
                f"{there / 1e9:.1f} GB are free {where}, {needed / 1e9:.1f} GB are needed: "
                "make room or take a smaller tree with --gigabytes"
            )
            raise BenchmarkError(message)


def _available_memory() -> int:
    """Bytes that programs can have without swapping; 0 when the kernel does not say."""
    lines = Path("/proc/meminfo").read_text().splitlines()
    kilobytes = next((line.split()[1] for line in lines if line.startswith("MemAvailable:")), "0")
    return int(kilobytes) * 1024
