"""The program as a process: a real scrape of what the API lists."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from containers.cost_exporter.tests.examples import PRICES_DOCUMENT, listed_node, listed_pod
from containers.cost_exporter.tests.played import Prometheus, prometheus
from containers.exporter.tests.running import Running, ended
from tests.functions.api_server import ApiServer, serve

_STT = {"namespace": "models", "service": "stt"}
_SERIES = {
    *("cost_exporter_up", "cost_unpriced_nodes", "cost_node_usd_per_hour"),
    "cost_prices_timestamp_seconds",
    *("cost_service_usd_per_hour", "cost_service_usd_total", "cost_service_gpu_seconds_total"),
    *("cost_service_projected_usd_per_month", "cost_service_budget_usd_per_month"),
    *("cost_service_budget_ratio", "cost_service_usd_per_job"),
}


@dataclass(kw_only=True)
class _World:
    api: ApiServer
    prometheus: Prometheus
    variables: dict[str, str]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[_World]:
    """List two nodes with four services on them, and no jobs."""
    (tmp_path / "prices.json").write_text(json.dumps(PRICES_DOCUMENT))
    budgets = {"usd_per_month": {"models": {"stt": 5000}}}
    (tmp_path / "budgets.json").write_text(json.dumps(budgets))
    with serve(tmp_path) as api, prometheus() as played:
        api.lists["nodes"] = [
            listed_node("cpu-1", "m5.xlarge"),
            listed_node("gpu-1", "g5.2xlarge", gpus=4),
            listed_node("new-1", "g9.large"),
        ]
        api.lists["pods"] = [
            listed_pod("stt", "gpu-1", gpu="2", cpu="1"),
            listed_pod("mt", "gpu-1", gpu="1", cpu="1"),
            listed_pod("prometheus", "cpu-1", namespace="monitoring", cpu="1", memory="8Gi"),
            listed_pod("aws-node", "cpu-1", namespace="kube-system", cpu="1"),
            listed_pod("stt", None, phase="Pending", gpu="4"),
            listed_pod("stt", "gpu-1", phase="Succeeded", gpu="4"),
        ]
        played.tell((_STT | {"queue": "stt"}, "60"))
        variables = {
            "KUBECONFIG": str(_kubeconfig(tmp_path, api)),
            "PROMETHEUS_URL": played.url,
            "PRICES_FILE": str(tmp_path / "prices.json"),
            "BUDGETS_FILE": str(tmp_path / "budgets.json"),
        }
        yield _World(api=api, prometheus=played, variables=variables)


@pytest.fixture
def running(world: _World, tmp_path: Path) -> Iterator[Running]:
    with Running("cost_exporter", tmp_path / "log", **world.variables) as program:
        yield program


def _kubeconfig(directory: Path, api: ApiServer) -> Path:
    path = directory / "kubeconfig"
    cluster = {
        "server": api.endpoint,
        "certificate-authority-data": api.certificate_authority,
    }
    document = {
        "clusters": [{"name": "test", "cluster": cluster}],
        "users": [{"name": "test", "user": {"token": "a-token"}}],
        "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test"}}],
        "current-context": "test",
    }
    path.write_text(yaml.safe_dump(document))
    return path


def test_a_scrape_shows_what_each_service_costs(running: Running) -> None:
    """Ended and waiting pods pay nothing, and the sum of all is that of the nodes."""
    scrape = running.scrape()

    assert scrape.names == _SERIES
    assert scrape("cost_exporter_up") == 1
    assert scrape("cost_unpriced_nodes") == 1
    nodes = scrape.all("cost_node_usd_per_hour")
    assert {dict(labels)["node"]: usd for labels, usd in nodes.items()} == {
        "cpu-1": 0.192,
        "gpu-1": 1.2,
    }
    services = scrape.all("cost_service_usd_per_hour")
    assert sum(services.values()) == pytest.approx(sum(nodes.values()))
    by_owner = {tuple(dict(labels).values()): usd for labels, usd in services.items()}
    assert by_owner == pytest.approx(
        {
            ("models", "stt"): 0.6,
            ("models", "mt"): 0.3,
            ("monitoring", "prometheus"): 0.096,
            ("kube-system", "system"): 0.048,
            ("", "idle"): 0.3 + 0.048,
        }
    )
    assert scrape("cost_service_usd_per_job", **_STT, queue="stt") == pytest.approx(0.01)
    assert scrape("cost_service_budget_ratio", **_STT) == pytest.approx(0.6 * 730 / 5000)


def test_a_lost_api_takes_the_rates_away(running: Running, world: _World) -> None:
    """And the log says why; the process stays."""
    running.scrape()
    world.api.answer = (503, b"{}")

    away = running.scrape()

    assert away("cost_exporter_up") == 0
    assert away.names == {
        *("cost_exporter_up", "cost_service_budget_usd_per_month"),
        "cost_prices_timestamp_seconds",
        *("cost_service_usd_total", "cost_service_gpu_seconds_total"),
    }
    assert "does not list nodes and pods" in running.log
    assert "a-token" not in running.log
    assert running.get("/health")[0] == 200
    world.api.answer = None
    assert running.scrape()("cost_exporter_up") == 1


def test_a_lost_prometheus_takes_the_cost_of_a_job_away(running: Running, world: _World) -> None:
    world.prometheus.answer = (503, b"")

    assert running.scrape().names == _SERIES - {"cost_service_usd_per_job"}
    assert "does not tell the jobs" in running.log


def test_it_fits_into_its_memory_with_two_thousand_pods(running: Running, world: _World) -> None:
    """Its limit is 256 MiB."""
    world.api.lists["nodes"] = [listed_node(f"n-{n}", "m5.xlarge") for n in range(100)]
    world.api.lists["pods"] = [
        listed_pod(f"s-{n % 40}", f"n-{n % 100}", cpu="10m", memory="64Mi") for n in range(2000)
    ]

    for _ in range(3):
        assert len(running.scrape().all("cost_service_usd_per_hour")) == 42
    assert running.memory_mib < 128


def test_a_check_looks_once(world: _World) -> None:
    """Without a word where it could serve; Prometheus may come later."""
    world.prometheus.answer = (503, b"")
    ran = ended("cost_exporter", "--check", **world.variables)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")

    world.api.answer = (403, b'{"kind": "Status", "message": "nodes is forbidden", "code": 403}')
    ran = ended("cost_exporter", "--check", **world.variables)
    assert ran.returncode == 1
    said = "cost-exporter: the Kubernetes API does not list nodes and pods: nodes is forbidden\n"
    assert ran.stderr == said


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PROMETHEUS_URL", "", "PROMETHEUS_URL is '': it has to be a URL as http://prometheus:9"),
        ("PRICES_FILE", "/nonexistent", "PRICES_FILE is '/nonexistent': it has to be a file"),
        ("BUDGETS_FILE", "/nonexistent", "BUDGETS_FILE is '/nonexistent': it has to be a file"),
        ("PORT", "0", "PORT is '0': it has to be a number from 1 to 65535"),
        ("KUBECONFIG", "/nonexistent", "KUBECONFIG has to name a file with a user, where no"),
    ],
)
def test_a_wrong_configuration_ends_the_program_with_one_sentence(
    world: _World, name: str, value: str, sentence: str
) -> None:
    ran = ended("cost_exporter", **world.variables | {name: value})

    assert ran.returncode == 2
    assert ran.stderr.startswith(f"cost-exporter: {sentence}")
    assert ran.stderr.count("\n") == 1
