"""A second start, when everything is already there: verified, and without the network."""

import contextlib
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from containers.model_store.benchmarks.contenders import model_store_environment, pull_command
from containers.model_store.benchmarks.directories import BenchmarkDirectories
from containers.model_store.benchmarks.measure import MedianRange, measure
from containers.model_store.benchmarks.programs import InstalledRivals
from containers.model_store.benchmarks.server import Endpoint, Link, serving

_STARTS = 3


@dataclass(frozen=True, kw_only=True)
class SecondStart:
    """How long it lasts, and how many connections it opened."""

    seconds: MedianRange
    connections: int


def second_start(
    version: str,
    directories: BenchmarkDirectories,
    programs: InstalledRivals,
    say: Callable[[str], None],
) -> SecondStart:
    """Pull once from the server, then start again where an endpoint only counts connections."""
    target = directories.disk / "target"
    target.mkdir()
    with serving(directories.served, Link()) as endpoint:
        _pull(endpoint, version, programs, target)
    seconds, connections = [], 0
    for start in range(_STARTS):
        with _counting_endpoint() as (endpoint, connected):
            seconds.append(_pull(endpoint, version, programs, target))
            connections += connected()
        say(f"second start {start + 1} of {_STARTS}: {seconds[-1]:.2f} s")
    return SecondStart(seconds=MedianRange.of(seconds), connections=connections)


def _pull(endpoint: Endpoint, version: str, programs: InstalledRivals, target: Path) -> float:
    environment = model_store_environment(programs, endpoint, target.parent)
    return measure((*pull_command(version), str(target)), environment, target).program_seconds


@contextlib.contextmanager
def _counting_endpoint() -> Iterator[tuple[Endpoint, Callable[[], int]]]:
    """Yield an endpoint that never answers, and a function that counts connections to it."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        listener.setblocking(False)  # noqa: FBT003 - the standard library takes it so

        def connected() -> int:
            count = 0
            with contextlib.suppress(BlockingIOError):
                while True:
                    listener.accept()[0].close()
                    count += 1
            return count

        yield (
            Endpoint(url=f"http://127.0.0.1:{listener.getsockname()[1]}", certificate=None),
            connected,
        )
