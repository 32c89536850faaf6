"""Long steps: how they fail, that they are alive, and from which inputs they made a file."""

import fcntl
import hashlib
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console


class ToolchainError(RuntimeError):
    """A program is not there and cannot be made; the message is one sentence for the user."""


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


@contextmanager
def one_builder(directory: Path) -> Iterator[None]:
    """Build alone in a directory; who comes second waits, and finds what the first has made."""
    with (directory / "builder.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """A note beside a made file: the fingerprint of its inputs."""

    file: Path
    fingerprint: str

    @property
    def is_current(self) -> bool:
        return (
            self.file.exists()
            and self._note.exists()
            and self._note.read_text() == self.fingerprint
        )

    def write(self) -> None:
        """Note that the file is made; call it last."""
        self._note.parent.mkdir(exist_ok=True)
        self._note.write_text(self.fingerprint)

    @property
    def _note(self) -> Path:
        return self.file.parent.parent / "stamps" / self.file.name


def fingerprint(parts: Iterable[str | bytes]) -> str:
    """Return a digest of the parts; moving a byte from one part to the next changes it."""
    digest = hashlib.sha256()
    for part in parts:
        content = part.encode() if isinstance(part, str) else part
        digest.update(len(content).to_bytes(8, "big") + content)
    return digest.hexdigest()
