"""Waits for what takes its time."""

import time
from collections.abc import Callable

_SECONDS_BETWEEN_LOOKS = 0.3


_PATIENCE_SECONDS = 300
"""Of a wait whose length promises nothing: machines differ, and are shared with other drills."""


def until(
    holds: Callable[[], bool],
    what: str = "it does not hold",
    seconds: float = _PATIENCE_SECONDS,
    look_every: float = _SECONDS_BETWEEN_LOOKS,
) -> float:
    """Return how long it took until something held; fail if it does not in time."""
    began = time.monotonic()
    while not holds():
        took = time.monotonic() - began
        assert took < seconds, f"{what}: not within {seconds:.0f} s"
        time.sleep(look_every)
    return time.monotonic() - began
