"""Prometheus metrics of one process."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_SECONDS = (0.1, 0.25, 0.5, 1, 2, 3, 5, 7, 10, 20, 40, 80, 160, 320, 900)


class WorkerMetrics:
    """Figures of one process; the registry is its own, so that a test can have several."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "analyzer_requests",
            "Analyses asked for, by whom and with which end",
            ("source", "outcome"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "analyzer_duration_seconds",
            "From the start of an analysis to its end, the download included",
            ("outcome",),
            registry=self.registry,
            buckets=_SECONDS,
        )
        self.in_flight = Gauge("analyzer_in_flight", "Analyses running", registry=self.registry)
        self.bytes = Counter("analyzer_bytes", "Bytes of objects analysed", registry=self.registry)
        self.messages = Counter(
            "analyzer_messages",
            "Messages of the queue, by their end",
            ("end",),
            registry=self.registry,
        )
