"""Many pieces of work in one thread, each done whenever it can go on."""

import math
import select
import time
from collections.abc import Generator, Sequence
from typing import TypeVar

_Result = TypeVar("_Result")

Waiting = Generator[float, "bool | None", _Result]
"""Work that yields how many seconds it can wait, and is sent whether there is news for it."""

UNTIL_CALLED = math.inf

_NEWS = select.EPOLLIN | select.EPOLLOUT | select.EPOLLET
"""Told once for each change: work tries again until it would block, and only then waits."""


class Turns:
    """Gives each piece of work its turn.

    Threads would take turns too, but each handing over of the interpreter costs more than the work
    that is done between two of them.
    """

    def __init__(self) -> None:
        self._poll = select.epoll()
        self._owners: dict[int, Waiting[None]] = {}
        self._until: dict[Waiting[None], float] = {}
        self._current: Waiting[None] | None = None

    def watch(self, descriptor: int) -> None:
        """Take what happens to a descriptor as news for the work whose turn it is."""
        if self._current is None:
            message = "it is no work's turn"
            raise RuntimeError(message)
        self._owners[descriptor] = self._current
        self._poll.register(descriptor, _NEWS)

    def call(self) -> None:
        """Give a turn, soon, to all work that waits until it is called."""
        self._until |= {work: 0 for work, until in self._until.items() if until == UNTIL_CALLED}

    def run(self, works: Sequence[Waiting[None]]) -> None:
        """Do all of it to its end."""
        for work in works:
            self._turn(work, news=None)
        while self._until:
            for descriptor, _ in self._poll.poll(self._seconds()):
                self._turn(self._owners[descriptor], news=True)
            now = time.monotonic()
            for work in [work for work, until in self._until.items() if until <= now]:
                self._turn(work, news=False)

    def _seconds(self) -> float | None:
        """Return how long nothing need be done without news."""
        earliest = min(self._until.values())
        return None if earliest == UNTIL_CALLED else max(0, earliest - time.monotonic())

    def _turn(self, work: Waiting[None], *, news: bool | None) -> None:
        self._current = work
        try:
            self._until[work] = time.monotonic() + work.send(news)
        except StopIteration:
            self._until.pop(work, None)
        finally:
            self._current = None
