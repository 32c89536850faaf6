"""Watches over a drill whether everything went on serving."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.rehearsal.avadot.workloads import Workloads

_SECONDS_BETWEEN_LOOKS = 0.5


@dataclass
class Watch:
    """How many ready endpoints each Service had in the worst moment."""

    lowest: dict[str, int]
    looks: int = 0
    failures: list[Exception] = field(default_factory=list)

    def see(self, ready: dict[str, int]) -> None:
        """Take one look into account; a Service without any entry has no endpoint."""
        self.looks += 1
        self.lowest = {name: min(low, ready.get(name, 0)) for name, low in self.lowest.items()}

    def never_below(self, count: int, *services: str) -> None:
        """Fail if one of these Services, or of all, had fewer ready endpoints at some time."""
        fewer = {
            name: low
            for name, low in self.lowest.items()
            if low < count and (not services or name in services)
        }
        assert not fewer, f"fewer than {count} ready endpoints at some time: {fewer}"


@contextmanager
def watching(avadot: Workloads) -> Iterator[Watch]:
    """Look at the ready endpoints twice a second meanwhile."""
    watch = Watch(lowest=dict(avadot.ready_endpoints()))
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(_SECONDS_BETWEEN_LOOKS):
            try:
                watch.see(dict(avadot.ready_endpoints()))
            except Exception as error:  # noqa: BLE001 - told at the end, whatever it is
                watch.failures.append(error)
                return

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield watch
    finally:
        ended.set()
        thread.join()
    assert not watch.failures, f"the watch could not look: {watch.failures[0]!r}"
    assert watch.looks, "the drill was over before the first look"
