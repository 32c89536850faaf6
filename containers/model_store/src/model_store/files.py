"""Files and links that are there whole or not at all, also after the machine lost its power."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from model_store.parallel import each

_THREADS = 8
"""Disks of the network answer late and take many flushes at once."""


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
    """Remove whatever is there, if anything is."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
