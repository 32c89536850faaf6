"""What this machine can do at best, each measured a few times, of which the fastest counts."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from containers.model_store.benchmarks.contenders import reads_alone
from containers.model_store.benchmarks.directories import BenchmarkDirectories
from containers.model_store.benchmarks.measure import measure
from containers.model_store.benchmarks.server import PREFIX, Endpoint, Link, serving

_TRIES = 3
_CONNECTIONS = (1, 16)
_HASHED = bytes(64 << 20)


@dataclass(frozen=True, kw_only=True)
class Limit:
    """What the machine alone can do, in bytes a second."""

    what: str
    speed: float


def measure_limits(
    tree_bytes: int, directories: BenchmarkDirectories, say: Callable[[str], None]
) -> list[Limit]:
    """Measure the processor and the loopback; the disk is measured in the rounds."""
    limits = [Limit(what="SHA-256, one core", speed=len(_HASHED) / 1e9 / _best(_hash))]
    for link in (Link(), Link(tls=True)):
        with serving(directories.served, link) as endpoint:
            for connections in _CONNECTIONS:
                seconds = _best(partial(_read, directories, endpoint, connections))
                kind = "TLS" if link.tls else "plain"
                what = f"loopback, {kind}, {connections} connection{'s' * (connections > 1)}"
                limits.append(Limit(what=what, speed=tree_bytes / 1e9 / seconds))
    for limit in limits:
        say(f"limit of this machine: {limit.what}: {limit.speed:.2f} GB/s")
    return limits


def _read(directories: BenchmarkDirectories, endpoint: Endpoint, connections: int) -> float:
    reader = reads_alone(directories.served / PREFIX, endpoint, directories.memory, connections)
    command = (*reader.command, str(directories.memory))
    return measure(command, reader.environment, directories.memory).program_seconds


def _hash() -> float:
    start = time.monotonic()
    hashlib.sha256(_HASHED).digest()
    return time.monotonic() - start


def _best(seconds_of: Callable[[], float]) -> float:
    """Do it a few times; gives the seconds of the fastest."""
    return min(seconds_of() for _ in range(_TRIES))
