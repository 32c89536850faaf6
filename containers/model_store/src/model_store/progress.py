"""Progress of a job as plain lines, for the log of a pod."""

import sys
import threading
import time
from collections.abc import Callable

_SECONDS_BETWEEN_LINES = 5.0
_MEGABYTE = 1_000_000


def say(sentence: str) -> None:
    """Write one line at once."""
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


def megabytes(count: float) -> str:
    """Return a number of bytes as 2,050 MB."""
    return f"{count / _MEGABYTE:,.0f} MB"


class ByteProgress:
    """Counts bytes, from any thread, and prints a line every few seconds.

    Call `add` also without bytes, so that a stall shows.
    """

    def __init__(
        self,
        doing: str,
        total: int,
        *,
        clock: Callable[[], float] = time.monotonic,
        speak: Callable[[str], None] = say,
    ) -> None:
        """Begin `doing` ("received") `total` bytes."""
        self.done = 0
        self._doing = doing
        self._total = total
        self._clock = clock
        self._speak = speak
        self._lock = threading.Lock()
        self._began = clock()
        self._said_at = self._began
        self._said = 0

    @property
    def seconds(self) -> float:
        return self._clock() - self._began

    @property
    def rate(self) -> str:
        return f"{megabytes(self.done / max(self.seconds, 1e-3))}/s"

    def add(self, count: int = 0, *, note: str = "") -> None:
        """Count bytes; say a line if the last one is some seconds old."""
        with self._lock:
            self.done += count
            now = self._clock()
            lasted = now - self._said_at
            if lasted < _SECONDS_BETWEEN_LINES:
                return
            rate = megabytes((self.done - self._said) / lasted)
            self._said_at, self._said = now, self.done
            line = f"{self._doing} {megabytes(self.done)} of {megabytes(self._total)}, {rate}/s"
            self._speak(f"{line}; {note}" if note else line)
