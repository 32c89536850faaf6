"""Prometheus metrics of one process."""

from prometheus_client import CollectorRegistry, Counter, Histogram

_REQUEST_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_RUN_SECONDS = (60, 120, 240, 360, 480, 600, 900, 1200, 1800, 3600, 7200, 14400)


class Metrics:
    """Figures of one process; the registry is its own, so that a test can have several."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Histogram(
            "music_api_request_seconds",
            "Requests by route, and how long they took",
            ("method", "route", "status"),
            registry=self.registry,
            buckets=_REQUEST_SECONDS,
        )
        self.events = Counter(
            "music_api_events",
            "Events of the bucket, by what became of them",
            ("outcome",),
            registry=self.registry,
        )
        self.started = Counter(
            "music_runs_started", "Runs whose Workflow was made", registry=self.registry
        )
        self.ended = Histogram(
            "music_run_seconds",
            "Runs that ended, and how long after they were announced",
            ("phase",),
            registry=self.registry,
            buckets=_RUN_SECONDS,
        )
