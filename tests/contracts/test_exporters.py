"""Exporters find in their pods what they read, and serve what they are asked."""

import importlib
import json
import re
import subprocess
import tomllib
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, cast

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from charts.cost_exporter import price_list
from charts.probes import HEALTH_PATH
from containers.cost_exporter.tests.examples import PRICES, STT, gpu_node, pod
from cost_exporter.cluster import Cluster, Owner
from cost_exporter.collector import CostCollector
from cost_exporter.jobs import Work
from cost_exporter.kubernetes import ClusterReader
from cost_exporter.prices import Prices, read_budgets
from exporter.cli import CheckedCollector, ExporterProgram
from exporter.variables import Listener
from queue_exporter.collector import QueueCollector
from queue_exporter.queues import STATES, QueueFigures
from queue_exporter.settings import Settings
from tests.charts.examples import Objects, pick, pod_of
from tests.charts.exporters import REDIS, cost_exporter, queue_exporter

_CONTAINERS = Path(__file__).parents[2] / "containers"
_DRAWN = {"queue_exporter": queue_exporter(), "cost_exporter": cost_exporter()}

each = pytest.mark.parametrize(("name", "objects"), _DRAWN.items(), ids=list(_DRAWN))


class _Read(dict[str, str]):
    """An environment that remembers what it was asked for."""

    def __init__(self, values: dict[str, str]) -> None:
        super().__init__(values)
        self.names: set[str] = set()

    def get(self, name: str, default: Any = None) -> Any:
        self.names.add(name)
        return super().get(name, default)


def _program(name: str) -> ExporterProgram:
    return cast("ExporterProgram", importlib.import_module(f"{name}.program").PROGRAM)


def _container(objects: Objects) -> dict[str, Any]:
    (container,) = pod_of(pick(objects, "Deployment"))["spec"]["containers"]
    return cast("dict[str, Any]", container)


def _environment(objects: Objects, **changes: str) -> _Read:
    values = {one["name"]: one["value"] for one in _container(objects)["env"]}
    return _Read(values | changes)


@each
def test_a_program_listens_where_its_service_sends_to(name: str, objects: Objects) -> None:
    """On its own port, by the pod, the Service, the image and the probes."""
    program = _program(name)
    assert Listener.read({}, port=program.port).port == program.port
    assert [port["containerPort"] for port in _container(objects)["ports"]] == [program.port]
    assert pick(objects, "Service")["spec"]["ports"][0]["port"] == program.port
    exposed = re.findall(r"^EXPOSE (.+)$", _dockerfile(name), re.MULTILINE)
    assert exposed == [str(program.port)]
    container = _container(objects)
    for probe in ("startupProbe", "readinessProbe"):
        assert container[probe]["httpGet"] == {"path": HEALTH_PATH, "port": program.port}
    assert container["livenessProbe"]["tcpSocket"] == {"port": program.port}


def test_the_queue_exporter_reads_what_its_pod_sets(tmp_path: Path) -> None:
    """Each variable, and by it where Redis and which queues are."""
    password = tmp_path / "password"
    password.write_text("secret")
    environment = _environment(_DRAWN["queue_exporter"], REDIS_PASSWORD_FILE=str(password))

    settings = Settings.read(environment)

    assert environment.keys() <= environment.names
    assert settings == Settings(
        host=REDIS.host,
        port=REDIS.port,
        tls=REDIS.tls,
        password_file=password,
        queues=("stt", "mt"),
    )


def test_the_cost_exporter_reads_what_its_pod_sets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All but its account, which is not here."""
    config = pick(_DRAWN["cost_exporter"], "ConfigMap")["data"]
    for name, content in config.items():
        (tmp_path / name).write_text(content)
    monkeypatch.setattr(ClusterReader, "of_this_process", lambda: None)
    environment = _environment(
        _DRAWN["cost_exporter"],
        PRICES_FILE=str(tmp_path / "prices.json"),
        BUDGETS_FILE=str(tmp_path / "budgets.json"),
    )

    _program("cost_exporter").collector(environment)

    assert environment.keys() <= environment.names


def test_the_cost_exporter_finds_its_files() -> None:
    """Where they are mounted, under the names that they have there."""
    module = importlib.import_module("cost_exporter.program")
    (mount,) = _container(_DRAWN["cost_exporter"])["volumeMounts"]
    mounted = {
        f"{mount['mountPath']}/{name}"
        for name in pick(_DRAWN["cost_exporter"], "ConfigMap")["data"]
    }
    assert mounted == {vars(module)["_PRICES_FILE"], vars(module)["_BUDGETS_FILE"]}


def test_the_cost_exporter_reads_the_catalog_s_prices(tmp_path: Path) -> None:
    """And budgets by namespace and service."""
    prices, budgets = tmp_path / "prices.json", tmp_path / "budgets.json"
    listed = price_list("ap-northeast-2", ["g5.xlarge"])
    config = pick(cost_exporter(prices=listed), "ConfigMap")["data"]
    prices.write_text(config["prices.json"])
    budgets.write_text(config["budgets.json"])

    (kind,) = Prices.read(prices).types.values()

    assert kind.gpus == 1
    assert (
        kind.usd_per_hour == json.loads(config["prices.json"])["types"]["g5.xlarge"]["usd_per_hour"]
    )
    assert read_budgets(budgets) == {Owner("models", "speech"): 5000}


@each
def test_an_image_has_what_was_tested(name: str, objects: Objects) -> None:  # noqa: ARG001
    """Each package in the lock is the version that runs these tests, with hashes."""
    lock = (_CONTAINERS / name / "requirements.txt").read_text()
    pinned = re.findall(r"^([a-z0-9-]+)==(\S+)( ;.*)? \\\n    --hash=sha256:", lock, re.MULTILINE)
    locked = {
        package: number for package, number, where in pinned if "== 'emscripten'" not in where
    }
    direct = [*_dependencies("exporter"), *_dependencies(name)]
    assert dict(one.split("==") for one in direct).items() <= locked.items()
    assert locked == {package: version(package) for package in locked}


class _Everything:
    """Something to show of each kind."""

    def in_the_last_hour(self) -> Mapping[Work, float]:
        return {Work(STT, "stt"): 60.0}

    def read(self) -> Cluster:
        return Cluster(nodes=[gpu_node()], pods=[pod(STT, "gpu", slices=1)])


class _Queue:
    def read(self) -> Mapping[str, QueueFigures]:
        return {"stt": QueueFigures(jobs=dict.fromkeys(STATES, 1), oldest=1.0)}


def test_names_and_types_are_as_prometheus_advises(promtool: Path) -> None:
    """All but one: so BullMQ's own exporter calls it, and dashboards know it."""
    costs = CostCollector(
        clusters=_Everything(), jobs=_Everything(), prices=PRICES, budgets={STT: 5000.0}
    )
    assert _advice(promtool, costs) == []
    assert _advice(promtool, QueueCollector(_Queue())) == [
        'bullmq_job_count non-histogram and non-summary metrics should not have "_count" suffix'
    ]


def _advice(promtool: Path, collector: CheckedCollector) -> list[str]:
    registry = CollectorRegistry()
    registry.register(collector)
    checked = subprocess.run(
        [promtool, "check", "metrics"],
        input=generate_latest(registry),
        capture_output=True,
        check=False,
    )
    return checked.stderr.decode().splitlines()


def _dependencies(name: str) -> list[str]:
    text = (_CONTAINERS / name / "pyproject.toml").read_text()
    found: list[str] = tomllib.loads(text)["project"]["dependencies"]
    return found


def _dockerfile(name: str) -> str:
    return (_CONTAINERS / name / "Dockerfile").read_text()
