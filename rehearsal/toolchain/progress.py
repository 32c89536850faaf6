"""Shows that a long step is alive."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console

_SECONDS_BETWEEN_LINES = 5.0


@contextmanager
def waiting(say: Callable[[str], None], what: str) -> Iterator[None]:
    """Say what is being done and for how long: a moving line in a terminal, else plain lines."""
    started = time.monotonic()
    done = threading.Event()
    if sys.stderr.isatty():
        speaker = threading.Thread(target=_spin, args=(what, started, done))
    else:
        say(f"{what} …")
        speaker = threading.Thread(target=_repeat, args=(say, what, started, done))
    speaker.start()
    try:
        yield
    finally:
        done.set()
        speaker.join()
    say(f"{what}: {time.monotonic() - started:.0f} s")


def _spin(what: str, started: float, done: threading.Event) -> None:
    with Console(stderr=True).status(what) as status:
        while not done.wait(1):
            status.update(f"{what} … {time.monotonic() - started:.0f} s")


def _repeat(say: Callable[[str], None], what: str, started: float, done: threading.Event) -> None:
    while not done.wait(_SECONDS_BETWEEN_LINES):
        say(f"{what} … {time.monotonic() - started:.0f} s")
