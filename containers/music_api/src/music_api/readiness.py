"""The readiness probe."""

import threading
import time

from music_api.events import Events
from music_api.storage import Storage
from music_api.workflows import Workflows

_SECONDS = 30
"""For so long a success is cached; each pod is probed every ten seconds."""


class Readiness:
    """Readiness: the bucket opens, and Kubernetes and the queue have answered once.

    Later these may be away: runs are listed and results are given without them, and the queue
    keeps what begins runs. But a release without the rights to them is never ready.
    """

    def __init__(self, storage: Storage, workflows: Workflows, events: Events) -> None:
        self._events = events
        self._storage = storage
        self._workflows = workflows
        self._has_seen_kubernetes = False
        self._checked = -float("inf")
        self._lock = threading.Lock()

    def check(self) -> None:
        """Raise `Unavailable` with what is missing."""
        self._events.check_queue()
        with self._lock:
            if not self._has_seen_kubernetes:
                self._workflows.check_access()
                self._has_seen_kubernetes = True
            if time.monotonic() - self._checked > _SECONDS:
                self._storage.check_access()
                self._checked = time.monotonic()
