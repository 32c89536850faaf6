"""Tells whether the emulator of a directory is alive, without ever mistaking another process."""

import fcntl
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SECONDS_BETWEEN_LOOKS = 0.05


class Lock:
    """A file that the living emulator holds locked, with its process number inside.

    The system lets go of the lock when the process ends, however it ends; so a number read
    while the lock is held belongs to the emulator and not to a later process of that number.
    """

    def __init__(self, directory: Path) -> None:
        self._path = directory / "emulator.lock"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock meanwhile; raise `BlockingIOError` if another emulator has it."""
        with self._path.open("a+") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            yield

    def holder(self) -> int | None:
        """Return the process number of the living emulator."""
        if not self._path.exists():
            return None
        with self._path.open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return int(file.read() or 0) or None
        return None

    def end_holder(self, grace_seconds: float) -> bool:
        """Stop the emulator, by force after a while; return whether there was one."""
        found = self.holder()
        if found is None:
            return False
        os.kill(found, signal.SIGTERM)
        deadline = time.monotonic() + grace_seconds
        while self.holder() == found:
            if time.monotonic() > deadline:
                os.kill(found, signal.SIGKILL)
            time.sleep(_SECONDS_BETWEEN_LOOKS)
        return True
