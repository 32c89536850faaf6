"""Whether the process could do an analysis now."""

import threading
import time

from analyzer.failure import Problem, Refused
from analyzer.storage import Storage
from analyzer.tools import FFMPEG, FFPROBE, tool

_SECONDS = 30
"""How long a good answer holds; probes come every ten seconds, from each pod."""


class Readiness:
    """Proves tools and credentials by using them."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._proven = -float("inf")
        self._lock = threading.Lock()

    def prove(self) -> None:
        """Raise `Refused` with what is missing."""
        for name in (FFMPEG, FFPROBE):
            tool(name)
        with self._lock:
            if time.monotonic() - self._proven <= _SECONDS:
                return
            try:
                self._storage.prove()
            except Refused as refused:
                # Whatever S3 said, it is not the prober's fault.
                raise Refused(Problem.UNAVAILABLE, refused.sentence) from refused
            self._proven = time.monotonic()
