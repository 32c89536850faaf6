"""One job at a time on a volume."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from model_store.failure import ExitCode, Failure
from model_store.progress import say

_SILENT_SECONDS = 5.0
_SECONDS_BETWEEN_TRIES = 0.1


@contextmanager
def locked(path: Path) -> Iterator[int]:
    """Hold the lock file; yield its descriptor, which keeps it locked in processes that inherit it.

    The kernel frees the lock when the last of them is gone, however it ends.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        sentence = f"cannot write to {path.parent}: {error.strerror}"
        raise Failure(ExitCode.DISK, sentence) from error
    try:
        _acquire(descriptor, path)
        yield descriptor
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, path: Path) -> None:
    patience_ends = time.monotonic() + _SILENT_SECONDS
    while not _try_once(descriptor):
        if time.monotonic() > patience_ends:
            say(f"another model-store works on {path.parent}: waiting until it is done")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            return
        time.sleep(_SECONDS_BETWEEN_TRIES)


def _try_once(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
