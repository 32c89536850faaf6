"""Atomic writes, links and locks: files are there whole or not at all, also after a power loss."""

import fcntl
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from model_store.failure import ExitCode, Failure
from model_store.parallel import each
from model_store.progress import say

_THREADS = 8
"""Disks of the network answer late and take many flushes at once."""


_SECONDS_BEFORE_NOTICE = 5.0
_SECONDS_BETWEEN_TRIES = 0.1


def put_link(path: Path, target: str, *, scratch: Path) -> None:
    """Make a link, or let it lead elsewhere in one step; `scratch` is on the same file system."""
    new = scratch / f"{path.name}.link"
    new.unlink(missing_ok=True)
    new.symlink_to(target)
    new.replace(path)


def flush(path: Path) -> None:
    """Return when the disk has a file's content, or a directory's names."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def flush_tree(directory: Path, *, wait: Callable[[], object]) -> None:
    """Return when the disk has all of a directory; `wait` is called every second meanwhile."""
    paths = [Path(parent, name) for parent, _, files in os.walk(directory) for name in ("", *files)]
    # What links lead to is not of this tree.
    own = [path for path in paths if not path.is_symlink()]
    each(flush, own, threads=_THREADS, wait=wait)


def remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


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
    patience_ends = time.monotonic() + _SECONDS_BEFORE_NOTICE
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
