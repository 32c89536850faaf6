"""A second start, when everything is already there: verified, and without the network."""

import contextlib
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.model_pull.contenders import model_store_environment, pull_command
from benchmarks.model_pull.figures import Spread
from benchmarks.model_pull.measure import measure
from benchmarks.model_pull.places import Places
from benchmarks.model_pull.programs import Programs
from benchmarks.model_pull.server import Endpoint, Link, serving

_STARTS = 3


@dataclass(frozen=True, kw_only=True)
class SecondStart:
    """How long it lasts, and how many connections it opened."""

    seconds: Spread
    connections: int


def second_start(
    version: str, places: Places, programs: Programs, say: Callable[[str], None]
) -> SecondStart:
    """Pull once from the server, then start again where an endpoint only counts who knocks."""
    target = places.disk / "target"
    target.mkdir()
    with serving(places.served, Link()) as endpoint:
        _pull(endpoint, version, programs, target)
    seconds, connections = [], 0
    for start in range(_STARTS):
        with _doorbell() as (endpoint, knocks):
            seconds.append(_pull(endpoint, version, programs, target))
            connections += knocks()
        say(f"second start {start + 1} of {_STARTS}: {seconds[-1]:.2f} s")
    return SecondStart(seconds=Spread.of(seconds), connections=connections)


def _pull(endpoint: Endpoint, version: str, programs: Programs, target: Path) -> float:
    environment = model_store_environment(programs, endpoint, target.parent)
    return measure((*pull_command(version), str(target)), environment, target).program_seconds


@contextlib.contextmanager
def _doorbell() -> Iterator[tuple[Endpoint, Callable[[], int]]]:
    """Lend an endpoint that never answers, and a function that counts who connected."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        listener.setblocking(False)  # noqa: FBT003 - the standard library takes it so

        def knocks() -> int:
            count = 0
            with contextlib.suppress(BlockingIOError):
                while True:
                    listener.accept()[0].close()
                    count += 1
            return count

        yield (
            Endpoint(url=f"http://127.0.0.1:{listener.getsockname()[1]}", certificate=None),
            knocks,
        )
