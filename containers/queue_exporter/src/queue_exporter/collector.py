"""What Prometheus sees of the queues."""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from exporter.cli import CheckedCollector
from exporter.failure import Unavailable
from queue_exporter.queues import QueueFigures

_LOG = logging.getLogger(__name__)
_ALIASES = {
    "redis_queue_waiting": "wait",
    "redis_queue_active": "active",
    "redis_queue_delayed": "delayed",
    "redis_queue_failed": "failed",
}


class Queues(Protocol):
    """Whatever knows the queues of this moment."""

    def read(self) -> Mapping[str, QueueFigures]: ...


class QueueCollector(CheckedCollector):
    """Reads the queues at each scrape; while they cannot be read, no depth is shown."""

    def __init__(self, queues: Queues, clock: Callable[[], float] = time.time) -> None:
        self._queues = queues
        self._clock = clock
        self._last_success = 0.0

    def check(self) -> None:
        """Read once; raise `Unavailable` if that fails."""
        self._queues.read()

    def collect(self) -> Iterator[Metric]:
        try:
            queues = self._queues.read()
        except Unavailable as unavailable:
            _LOG.warning("%s", unavailable)
            queues = None
        now = self._clock()
        if queues is not None:
            self._last_success = now
        yield GaugeMetricFamily(
            "queue_exporter_up",
            "Whether the queues could be read at this scrape",
            value=queues is not None,
        )
        yield GaugeMetricFamily(
            "queue_exporter_last_success_timestamp_seconds",
            "When the queues were last read; 0 if never",
            value=self._last_success,
        )
        if queues is not None:
            yield from _depths(queues)
            yield _ages(queues, now)
            yield from _aliases(queues)


def _depths(queues: Mapping[str, QueueFigures]) -> Iterator[Metric]:
    family = GaugeMetricFamily(
        "bullmq_job_count", "Jobs in a queue, by state", labels=("queue", "state")
    )
    for queue, figures in queues.items():
        for state, count in figures.jobs.items():
            family.add_metric((queue, state), count)
    yield family


def _ages(queues: Mapping[str, QueueFigures], now: float) -> Metric:
    family = GaugeMetricFamily(
        "bullmq_oldest_waiting_seconds",
        "How long ago the oldest job that waits was added; 0 if none waits",
        labels=("queue",),
    )
    for queue, figures in queues.items():
        # The clock of whoever added it may be ahead.
        age = 0.0 if figures.oldest is None else max(0.0, now - figures.oldest)
        family.add_metric((queue,), age)
    return family


def _aliases(queues: Mapping[str, QueueFigures]) -> Iterator[Metric]:
    """Show what dashboards and scalers knew before, as it was defined there."""
    depth = GaugeMetricFamily(
        "redis_queue_depth",
        "Alias: jobs waiting, active and delayed",
        labels=("queue_name", "queue_type"),
    )
    for queue, figures in queues.items():
        jobs = figures.jobs
        depth.add_metric((queue, "total"), jobs["wait"] + jobs["active"] + jobs["delayed"])
    yield depth
    for name, state in _ALIASES.items():
        family = GaugeMetricFamily(name, f"Alias: jobs in state {state}", labels=("queue_name",))
        for queue, figures in queues.items():
            family.add_metric((queue,), figures.jobs[state])
        yield family
