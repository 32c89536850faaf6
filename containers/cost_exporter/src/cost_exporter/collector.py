"""What Prometheus sees of the costs."""

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Protocol

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric

from cost_exporter.bill import Bill, bill
from cost_exporter.cluster import Cluster, Owner
from cost_exporter.jobs import Work
from cost_exporter.ledger import Ledger
from cost_exporter.prices import Prices
from exporter.cli import CheckedCollector
from exporter.failure import Unavailable

_LOG = logging.getLogger(__name__)
_HOURS_PER_MONTH = 730
"""AWS's own month, as its calculator has it."""
_LABELS = ("namespace", "service")


class Clusters(Protocol):
    """Whatever knows the nodes and pods of this moment."""

    def read(self) -> Cluster: ...


class Jobs(Protocol):
    """Whatever knows the work of the last hour."""

    def in_the_last_hour(self) -> Mapping[Work, float]: ...


class CostCollector(CheckedCollector):
    """Looks at nodes and pods at each scrape; while they cannot be listed, no rate is shown."""

    def __init__(
        self,
        *,
        clusters: Clusters,
        jobs: Jobs,
        prices: Prices,
        budgets: Mapping[Owner, float],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clusters = clusters
        self._jobs = jobs
        self._prices = prices
        self._budgets = budgets
        self._clock = clock
        self._ledger = Ledger()
        self._lock = threading.Lock()

    def check(self) -> None:
        """Look once; raise `Unavailable` if that fails."""
        self._clusters.read()

    def collect(self) -> Iterator[Metric]:
        # Scrapes at one time would count the time between them twice.
        with self._lock:
            found = self._look()
            spent = tuple(_spent(self._ledger))
        yield GaugeMetricFamily(
            "cost_exporter_up",
            "Whether nodes and pods could be listed at this scrape",
            value=found is not None,
        )
        yield from spent
        yield GaugeMetricFamily(
            "cost_prices_timestamp_seconds",
            "The day that the prices are of",
            value=datetime.combine(self._prices.as_of, datetime.min.time(), UTC).timestamp(),
        )
        yield _gauge(
            "cost_service_budget_usd_per_month",
            "What a service may cost in a month",
            self._budgets,
        )
        if found is not None:
            yield from _nodes(found)
            yield from self._services(found)

    def _look(self) -> Bill | None:
        try:
            cluster = self._clusters.read()
        except Unavailable as unavailable:
            _LOG.warning("%s", unavailable)
            self._ledger.spend_until(self._clock())
            return None
        found = bill(cluster, self._prices)
        now = self._clock()
        self._ledger.spend_until(now)
        self._ledger.go_on_with(found, now)
        return found

    def _services(self, found: Bill) -> Iterator[Metric]:
        # A service with a budget and without pods costs nothing, and that is known.
        without_pods = self._budgets.keys() - found.services.keys() - found.on_unpriced
        rates = dict.fromkeys(without_pods, 0.0) | dict(found.services)
        yield _gauge("cost_service_usd_per_hour", "What a service costs by the hour now", rates)
        months = {owner: usd * _HOURS_PER_MONTH for owner, usd in rates.items()}
        yield _gauge(
            "cost_service_projected_usd_per_month",
            "What a service would cost in a month that is as now",
            months,
        )
        yield _gauge(
            "cost_service_budget_ratio",
            "The projected month in parts of the budget",
            {owner: months[owner] / usd for owner, usd in self._budgets.items() if owner in months},
        )
        yield from self._per_job(rates)

    def _per_job(self, rates: Mapping[Owner, float]) -> Iterator[Metric]:
        try:
            jobs = self._jobs.in_the_last_hour()
        except Unavailable as unavailable:
            _LOG.warning("%s", unavailable)
            return
        of_a_service: defaultdict[Owner, float] = defaultdict(float)
        for work, count in jobs.items():
            of_a_service[work.owner] += count
        family = GaugeMetricFamily(
            "cost_service_usd_per_job",
            "What a service costs by the hour now, by its jobs of the last hour",
            labels=(*_LABELS, "queue"),
        )
        for work in jobs:
            if work.owner in rates:
                usd = rates[work.owner] / of_a_service[work.owner]
                family.add_metric((*work.owner, work.queue), usd)
        yield family


def _nodes(found: Bill) -> Iterator[Metric]:
    yield GaugeMetricFamily(
        "cost_unpriced_nodes",
        "Nodes of a type or capacity without a price; no other figure has them",
        value=len(found.unpriced),
    )
    family = GaugeMetricFamily(
        "cost_node_usd_per_hour",
        "What a node costs by the hour",
        labels=("node", "instance_type", "capacity_type"),
    )
    for node, usd in found.nodes.items():
        family.add_metric((node.name, node.instance_type, node.capacity_type), usd)
    yield family


def _spent(ledger: Ledger) -> Iterator[Metric]:
    usd = CounterMetricFamily(
        "cost_service_usd", "What a service has cost since the exporter started", labels=_LABELS
    )
    for owner, spent in ledger.usd.items():
        usd.add_metric(owner, spent)
    yield usd
    seconds = CounterMetricFamily(
        "cost_service_gpu_seconds",
        "GPU time that a service has held since the exporter started",
        labels=_LABELS,
    )
    for owner, held in ledger.gpu_seconds.items():
        seconds.add_metric(owner, held)
    yield seconds


def _gauge(name: str, documentation: str, values: Mapping[Owner, float]) -> Metric:
    family = GaugeMetricFamily(name, documentation, labels=_LABELS)
    for owner, value in values.items():
        family.add_metric(owner, value)
    return family
