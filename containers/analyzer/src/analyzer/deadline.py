"""How long an analysis may still take."""

import threading
import time

from analyzer.failure import Cancelled, Problem, Refused


class Deadline:
    """The end of one analysis: by time, or because it is no longer wanted here."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._ends = time.monotonic() + seconds
        self._cancelled = threading.Event()

    def check(self) -> None:
        """Raise if the analysis has to end now; called all along by whatever may take long."""
        if self._cancelled.is_set():
            raise Cancelled
        if time.monotonic() >= self._ends:
            sentence = f"the analysis was not done after {self._seconds:g} s"
            raise Refused(Problem.TIMEOUT, sentence)

    def cancel(self) -> None:
        """Let the next check end the analysis."""
        self._cancelled.set()
