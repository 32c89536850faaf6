"""Waits for what takes its time."""

import time
from collections.abc import Callable

_SECONDS_BETWEEN_LOOKS = 0.3


PATIENCE_SECONDS = 600
"""Of a wait whose length promises nothing: machines differ, and are shared with other drills."""


def until(
    holds: Callable[[], bool],
    what: str | Callable[[], str] = "it does not hold",
    seconds: float = PATIENCE_SECONDS,
    look_every: float = _SECONDS_BETWEEN_LOOKS,
) -> float:
    """Return how long it took until something held; fail if it does not in time.

    What is said then may tell how things stand: as a function, which is called at that moment.
    """
    began = time.monotonic()
    while not holds():
        took = time.monotonic() - began
        assert took < seconds, f"{_said(what)}: not within {seconds:.0f} s"
        time.sleep(look_every)
    return time.monotonic() - began


def _said(what: str | Callable[[], str]) -> str:
    return what if isinstance(what, str) else what()
