"""The readiness probe."""

import threading
import time
from typing import Any

from analyzer.failure import Problem, Refused
from analyzer.queue.worker import Worker
from analyzer.storage import Storage
from analyzer.tools import FFMPEG, FFPROBE, tool

_SECONDS = 30
"""For so long a success is cached; each pod is probed every ten seconds."""


class Readiness:
    """Readiness: tools are installed, the queue answers, the credentials can list the prefix."""

    def __init__(self, storage: Storage, worker: Worker[Any] | None) -> None:
        self._storage = storage
        self._worker = worker
        self._checked = -float("inf")
        self._lock = threading.Lock()

    def check(self) -> None:
        """Raise `Refused` with what is missing."""
        for name in (FFMPEG, FFPROBE):
            tool(name)
        if self._worker:
            self._worker.check_queue()
        with self._lock:
            if time.monotonic() - self._checked <= _SECONDS:
                return
            try:
                self._storage.check_access()
            except Refused as refused:
                # A 403 of S3 is no 403 of ours.
                raise Refused(Problem.UNAVAILABLE, refused.sentence) from refused
            self._checked = time.monotonic()
