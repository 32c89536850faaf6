"""Waits for what starts on this machine."""

import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from http import HTTPStatus


def in_time(reached: Callable[[], bool], seconds: float, *, look_every: float) -> bool:
    """Wait until something is reached, and return whether it was in time."""
    deadline = time.monotonic() + seconds
    while not (done := reached()) and time.monotonic() < deadline:
        time.sleep(look_every)
    return done


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
