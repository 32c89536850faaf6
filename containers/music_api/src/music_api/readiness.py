"""The readiness probe."""

import threading
import time

from music_api.storage import Storage
from music_api.workflows import Workflows

_SECONDS = 30
"""For so long a success is cached; each pod is probed every ten seconds."""


class Readiness:
    """Readiness: the bucket opens, and Kubernetes has answered once.

    Later it may be away: runs are listed and results are given without it, and the queue keeps
    what begins runs.
    """

    def __init__(self, storage: Storage, workflows: Workflows) -> None:
        self._storage = storage
        self._workflows = workflows
        self._has_seen_kubernetes = False
        self._checked = -float("inf")
        self._lock = threading.Lock()

    def check(self) -> None:
        """Raise `Unavailable` with what is missing."""
        with self._lock:
            if not self._has_seen_kubernetes:
                self._workflows.check_access()
                self._has_seen_kubernetes = True
            if time.monotonic() - self._checked > _SECONDS:
                self._storage.check_access()
                self._checked = time.monotonic()
