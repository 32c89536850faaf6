"""An event loop: many generator-based coroutines in one thread, resumed by epoll and timeouts."""

import math
import select
import time
from collections.abc import Generator, Sequence
from typing import TypeVar

_Result = TypeVar("_Result")

Coroutine = Generator[float, "bool | None", _Result]
"""Yields its timeout in seconds, and is sent whether its descriptor is ready (False: timed out)."""

UNTIL_WOKEN = math.inf

_EVENTS = select.EPOLLIN | select.EPOLLOUT | select.EPOLLET
"""Edge-triggered: a coroutine tries again until it would block, and only then waits."""


class EventLoop:
    """Resumes coroutines when a descriptor of theirs is ready or their timeout has passed.

    Not threads: each hand-over of the interpreter lock costs more than the work between two of
    them.
    """

    def __init__(self) -> None:
        self._poll = select.epoll()
        self._owners: dict[int, Coroutine[None]] = {}
        self._until: dict[Coroutine[None], float] = {}
        self._current: Coroutine[None] | None = None

    def register(self, descriptor: int) -> None:
        """Resume the coroutine that runs now whenever something happens to the descriptor."""
        if self._current is None:
            message = "no coroutine is running"
            raise RuntimeError(message)
        self._owners[descriptor] = self._current
        self._poll.register(descriptor, _EVENTS)

    def wake(self) -> None:
        """Resume, soon, all coroutines that wait without a timeout."""
        waiting = [coroutine for coroutine, until in self._until.items() if until == UNTIL_WOKEN]
        self._until |= dict.fromkeys(waiting, 0)

    def run(self, coroutines: Sequence[Coroutine[None]]) -> None:
        for coroutine in coroutines:
            self._resume(coroutine, ready=None)
        while self._until:
            for descriptor, _ in self._poll.poll(self._seconds()):
                self._resume(self._owners[descriptor], ready=True)
            now = time.monotonic()
            due = [coroutine for coroutine, until in self._until.items() if until <= now]
            for coroutine in due:
                self._resume(coroutine, ready=False)

    def _seconds(self) -> float | None:
        earliest = min(self._until.values())
        return None if earliest == UNTIL_WOKEN else max(0, earliest - time.monotonic())

    def _resume(self, coroutine: Coroutine[None], *, ready: bool | None) -> None:
        self._current = coroutine
        try:
            self._until[coroutine] = time.monotonic() + coroutine.send(ready)
        except StopIteration:
            self._until.pop(coroutine, None)
        finally:
            self._current = None
