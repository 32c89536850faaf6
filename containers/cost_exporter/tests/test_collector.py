"""What a scrape shows, over time and through outages."""

from collections.abc import Mapping, Sequence

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from containers.cost_exporter.tests.examples import (
    LIPSYNC,
    MT,
    PRICES,
    STT,
    cpu_node,
    gpu_node,
    pod,
)
from containers.exporter.tests.running import Scrape
from cost_exporter.cluster import Cluster, Node, Owner, Pod
from cost_exporter.collector import CostCollector
from cost_exporter.jobs import Work
from exporter.failure import Unavailable

_BUDGETS = {STT: 5000.0, MT: 2000.0}
_STT = {"namespace": "models", "service": "stt"}
_MT = {"namespace": "models", "service": "mt"}
_IDLE = {"namespace": "", "service": "idle"}
_RATES = {
    *("cost_service_usd_per_hour", "cost_service_projected_usd_per_month"),
    *("cost_service_budget_ratio", "cost_service_usd_per_job"),
    *("cost_node_usd_per_hour", "cost_unpriced_nodes"),
}


class _World:
    """A cluster, its jobs and its time, all of which a test sets."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.nodes: Sequence[Node] = [gpu_node()]
        self.pods: Sequence[Pod] = [pod(STT, "gpu", slices=1)]
        self.jobs: Mapping[Work, float] = {Work(STT, "stt"): 60.0}
        self.lists = True
        self.tells = True
        self.collector = CostCollector(
            clusters=self,
            jobs=self,
            prices=PRICES,
            budgets=_BUDGETS,
            clock=lambda: self.now,
        )
        self._registry = CollectorRegistry()
        self._registry.register(self.collector)

    def read(self) -> Cluster:
        if not self.lists:
            sentence = "nobody there"
            raise Unavailable(sentence)
        return Cluster(nodes=self.nodes, pods=self.pods)

    def in_the_last_hour(self) -> Mapping[Work, float]:
        if not self.tells:
            sentence = "nobody there"
            raise Unavailable(sentence)
        return self.jobs

    def scrape(self, after: float = 0) -> Scrape:
        self.now += after
        return Scrape.read(generate_latest(self._registry).decode())


@pytest.fixture
def world() -> _World:
    return _World()


def test_a_month_is_730_hours_as_now(world: _World) -> None:
    """And the budget's ratio is of that month."""
    scrape = world.scrape()

    assert scrape("cost_service_usd_per_hour", **_STT) == 1.2
    assert scrape("cost_service_projected_usd_per_month", **_STT) == pytest.approx(876)
    assert scrape("cost_service_budget_usd_per_month", **_STT) == 5000
    assert scrape("cost_service_budget_ratio", **_STT) == pytest.approx(876 / 5000)


def test_idle_and_services_without_budget_are_projected_too(world: _World) -> None:
    """They have no ratio."""
    world.nodes = [cpu_node()]
    world.pods = [pod(LIPSYNC, "cpu", cpu=1)]

    scrape = world.scrape()

    lipsync = {"namespace": "models", "service": "lipsync"}
    month = "cost_service_projected_usd_per_month"
    assert scrape(month, **lipsync) == pytest.approx(0.048 * 730)
    assert scrape(month, **_IDLE) == pytest.approx(0.144 * 730)
    assert len(scrape.all("cost_service_budget_ratio")) == len(_BUDGETS)


def test_a_service_with_a_budget_and_no_pods_costs_nothing(world: _World) -> None:
    """That is known, as long as nodes and pods are."""
    scrape = world.scrape()

    assert scrape("cost_service_usd_per_hour", **_MT) == 0
    assert scrape("cost_service_budget_ratio", **_MT) == 0


def test_a_service_on_a_node_without_a_price_does_not_cost_nothing(world: _World) -> None:
    """It has no figure, and the node is counted."""
    world.nodes = [gpu_node(), gpu_node("odd", instance_type="g9.large")]
    world.pods = [pod(STT, "gpu", slices=1), pod(MT, "odd", slices=1)]

    scrape = world.scrape()

    assert scrape("cost_unpriced_nodes") == 1
    figures = [labels for name in _RATES for labels in scrape.all(name)]
    assert not [labels for labels in figures if dict(labels).get("service") == "mt"]
    assert not [labels for labels in figures if dict(labels).get("node") == "odd"]


def test_spending_adds_up_over_time(world: _World) -> None:
    """Each look counts until the next; who is new begins at 0, who is gone stays."""
    usd, gpu = "cost_service_usd_total", "cost_service_gpu_seconds_total"
    assert world.scrape()(usd, **_STT) == 0
    half = world.scrape(after=1800)
    assert half(usd, **_STT) == pytest.approx(0.6)
    assert half(gpu, **_STT) == pytest.approx(1800)

    world.nodes = [gpu_node(slices=4, capacity_type="spot")]
    world.pods = [pod(MT, "gpu", slices=1)]
    turn = world.scrape(after=1800)
    assert turn(usd, **_STT) == pytest.approx(1.2)
    assert turn(usd, **_MT) == 0

    end = world.scrape(after=3600)
    assert end(usd, **_STT) == pytest.approx(1.2)
    assert end(usd, **_MT) == pytest.approx(0.1)
    assert end(usd, **_IDLE) == pytest.approx(0.3)
    assert end(gpu, **_MT) == pytest.approx(900)
    assert end(gpu, **_IDLE) == pytest.approx(2700)


def test_how_often_it_is_scraped_changes_no_sum(world: _World) -> None:
    """Two Prometheuses do not pay twice."""
    world.scrape()
    for _ in range(120):
        world.scrape(after=30)
        world.scrape()

    assert world.scrape()("cost_service_usd_total", **_STT) == pytest.approx(1.2)


def test_a_lost_api_is_not_a_cluster_for_free(world: _World) -> None:
    """Rates vanish; what was spent goes on, since the machines do."""
    world.scrape()
    world.lists = False

    away = world.scrape(after=3600)

    assert away("cost_exporter_up") == 0
    assert not away.names & _RATES
    assert away("cost_service_usd_total", **_STT) == pytest.approx(1.2)
    assert away("cost_service_budget_usd_per_month", **_STT) == 5000
    world.lists = True
    world.pods = []
    back = world.scrape(after=3600)
    assert back("cost_exporter_up") == 1
    assert back("cost_service_usd_total", **_STT) == pytest.approx(2.4)
    assert world.scrape(after=3600)("cost_service_usd_total", **_STT) == pytest.approx(2.4)


def test_an_api_that_was_never_there_costs_nothing_yet(world: _World) -> None:
    """No sum begins before the first look."""
    world.lists = False

    scrape = world.scrape(after=3600)

    assert scrape.names == {
        "cost_exporter_up",
        "cost_prices_timestamp_seconds",
        "cost_service_budget_usd_per_month",
    }
    assert scrape("cost_exporter_up") == 0


def test_the_day_of_the_prices_is_told(world: _World) -> None:
    """So that an alert can say that they are old."""
    assert world.scrape()("cost_prices_timestamp_seconds") == 1795824000


def test_a_job_costs_the_hour_by_the_jobs_of_an_hour(world: _World) -> None:
    """Of a service with two queues every job costs the same."""
    world.jobs = {Work(STT, "stt"): 40.0, Work(STT, "stt-long"): 20.0}

    scrape = world.scrape()

    for queue in ("stt", "stt-long"):
        found = scrape("cost_service_usd_per_job", **_STT, queue=queue)
        assert found == pytest.approx(0.02)


def test_jobs_of_a_service_that_is_not_known_have_no_cost(world: _World) -> None:
    """Its pods may be on nodes without a price, or gone."""
    world.jobs = {Work(Owner("elsewhere", "stt"), "stt"): 40.0}

    assert world.scrape().all("cost_service_usd_per_job") == {}


def test_a_lost_prometheus_takes_away_the_cost_of_a_job_only(world: _World) -> None:
    """All else comes from the Kubernetes API."""
    before = world.scrape()
    world.tells = False

    after = world.scrape()

    assert before.names - after.names == {"cost_service_usd_per_job"}
    assert after("cost_exporter_up") == 1
    assert after("cost_service_usd_per_hour", **_STT) == 1.2
