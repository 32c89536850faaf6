"""Waits for what starts on this machine, and looks at it meanwhile."""

import ssl
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus


def in_time(reached: Callable[[], bool], seconds: float, *, look_every: float) -> bool:
    """Wait until something is reached, and return whether it was in time."""
    deadline = time.monotonic() + seconds
    while not (done := reached()) and time.monotonic() < deadline:
        time.sleep(look_every)
    return done


@contextmanager
def looking(look: Callable[[], None], *, every: float) -> Iterator[None]:
    """Look again and again while the body runs, in a thread of its own; `every` in seconds."""
    ended = threading.Event()

    def look_until_ended() -> None:
        while not ended.wait(every):
            look()

    thread = threading.Thread(target=look_until_ended, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def answers(url: str, context: ssl.SSLContext | None = None) -> bool:
    """Whether a server says that all is well; no proxy of the user is asked."""
    direct = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
    )
    try:
        with direct.open(url, timeout=2) as answer:
            return bool(answer.status == HTTPStatus.OK)
    except (urllib.error.URLError, OSError):
        return False
