"""What an event of the bucket asks for: a video begins its run, an end is counted."""

import logging
from datetime import UTC, datetime

from music_api import layout
from music_api.metrics import Metrics
from music_api.record import Record
from music_api.storage import Storage
from music_api.workflows import Workflows

_LOG = logging.getLogger(__name__)


class Starting:
    """Handles events; each may come more than once, and in any order."""

    def __init__(self, storage: Storage, workflows: Workflows, metrics: Metrics) -> None:
        self._storage = storage
        self._workflows = workflows
        self._metrics = metrics

    def uploaded(self, run: str) -> str:
        """Begin a run, unless its video is none that was announced; return the outcome."""
        record = Record.of(self._storage.read(layout.of_run(run, layout.RUN)))
        if record is None:
            return self._cleared(run)
        if self._storage.head(layout.of_run(run, layout.END)):
            return "over"
        video = self._storage.head(layout.of_run(run, layout.INPUT))
        if video is None:
            return "gone"
        if video.size != record.bytes:
            return self._refused(run, f"{video.size} bytes came instead of {record.bytes}")
        return self._begun(run)

    def ended(self, run: str) -> str:
        """Count an end."""
        end = self._storage.read(layout.of_run(run, layout.END))
        record = Record.of(self._storage.read(layout.of_run(run, layout.RUN)))
        if end is None or record is None:
            return "gone"
        seconds = (datetime.fromisoformat(end["ended"]) - record.created).total_seconds()
        self._metrics.ended.labels(end["phase"]).observe(seconds)
        return "ended"

    def _begun(self, run: str) -> str:
        made = self._workflows.create(run)
        # It may have been removed meanwhile; whoever removes it looks last for a Workflow.
        if self._storage.read(layout.of_run(run, layout.RUN)) is None:
            self._workflows.remove(run)
            return self._cleared(run)
        if not made:
            return "repeated"
        self._metrics.started.inc()
        return "started"

    def _cleared(self, run: str) -> str:
        """Delete what came for a run that was removed: nobody could see it."""
        names = self._storage.below(layout.of_run(run))
        self._storage.remove(layout.of_run(run, name) for name in names)
        return "removed"

    def _refused(self, run: str, reason: str) -> str:
        _LOG.warning("%s is refused: %s", run, reason)
        end = {
            "phase": "Failed",
            "reason": f"the upload is not what was announced: {reason}",
            "results": [],
            "ended": datetime.now(UTC).isoformat(timespec="milliseconds"),
        }
        self._storage.write_new(layout.of_run(run, layout.END), end)
        return "refused"
