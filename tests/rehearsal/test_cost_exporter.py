"""The cost exporter on a real API server, with the rights that its chart gives it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from lightkube import ApiError
from lightkube.resources.core_v1 import Secret
from lightkube.resources.rbac_authorization_v1 import ClusterRoleBinding

from catalog.prices import price
from charts.cost_exporter import price_list
from containers.exporter.tests.running import Running
from rehearsal.cluster.client import client_of
from tests.charts.examples import Objects, pick
from tests.charts.exporters import CONTEXT, cost_exporter
from tests.rehearsal.played import Cluster, is_true, played_cluster
from tests.rehearsal.waiting import until

pytestmark = pytest.mark.rehearsal

_REGION = "ap-northeast-2"
_CPU_TYPE, _GPU_TYPE = "t3.large", "g4dn.xlarge"
_RIGHTS = {"ServiceAccount", "ClusterRole", "ClusterRoleBinding"}


@dataclass(frozen=True, kw_only=True)
class _Installed:
    cluster: Cluster
    objects: Objects
    directory: Path
    config: dict[str, Any]
    """A kubeconfig of the exporter's own account."""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Installed]:
    """Start a cluster, and give the exporter's account what the chart has for it."""
    directory = tmp_path_factory.mktemp("cluster")
    objects = cost_exporter(
        prices=price_list(_REGION, [_CPU_TYPE, _GPU_TYPE]), budgets={"default": {"speech": 100}}
    )
    account = pick(objects, "ServiceAccount")["metadata"]["name"]
    with played_cluster(directory) as cluster:
        cluster.create(
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": CONTEXT.namespace}},
            *(thing for thing in objects if thing["kind"] in _RIGHTS),
        )
        config = yaml.safe_load(cluster.control_plane.kubeconfig.read_text())
        token = cluster.control_plane.kubectl("create", "token", account, "-n", CONTEXT.namespace)
        (user,) = config["users"]
        user["user"] = {"token": token.strip()}
        yield _Installed(cluster=cluster, objects=objects, directory=directory, config=config)


@pytest.fixture
def exporter(installed: _Installed) -> Iterator[Running]:
    kubeconfig = installed.directory / "exporter.yaml"
    kubeconfig.write_text(yaml.safe_dump(installed.config))
    files = pick(installed.objects, "ConfigMap")["data"]
    for name, content in files.items():
        (installed.directory / name).write_text(content)
    with Running(
        "cost_exporter",
        installed.directory / "exporter.log",
        KUBECONFIG=str(kubeconfig),
        PROMETHEUS_URL="http://127.0.0.1:1",
        PRICES_FILE=str(installed.directory / "prices.json"),
        BUDGETS_FILE=str(installed.directory / "budgets.json"),
    ) as program:
        yield program


def test_services_pay_for_what_the_scheduler_keeps_for_them(
    installed: _Installed, exporter: Running
) -> None:
    """Two pods of half a core each; all the rest is of the system and of nobody."""
    cluster = installed.cluster
    image = cluster.registry.push("example/speech")
    for name in ("speech-1", "speech-2"):
        cluster.create(_pod(name, image))
    until(lambda: all(is_true(cluster.pod(name), "Ready") for name in ("speech-1", "speech-2")))

    scrape = exporter.scrape()

    assert (scrape("cost_exporter_up"), scrape("cost_unpriced_nodes")) == (1, 0)
    cpu, gpu = (float(price(_REGION, f"ec2.{kind}").usual) for kind in (_CPU_TYPE, _GPU_TYPE))
    assert sorted(scrape.all("cost_node_usd_per_hour").values()) == [cpu, cpu, gpu, gpu]
    services = scrape.all("cost_service_usd_per_hour")
    assert sum(services.values()) == pytest.approx(2 * (cpu + gpu))
    speech = {"namespace": "default", "service": "speech"}
    assert scrape("cost_service_usd_per_hour", **speech) == pytest.approx(cpu * 2 * 500 / 1930)
    assert scrape("cost_service_usd_per_hour", namespace="kube-system", service="system") > 0
    assert scrape("cost_service_usd_per_hour", namespace="", service="idle") > 2 * gpu


def test_its_account_may_read_nothing_else(installed: _Installed) -> None:
    """Above all no secrets."""
    with (
        client_of(installed.config) as client,
        pytest.raises(ApiError, match="secrets is forbidden"),
    ):
        list(client.list(Secret, namespace="*"))


def test_without_its_rights_nothing_is_for_free(installed: _Installed, exporter: Running) -> None:
    """It says that it sees nothing, and why."""
    assert exporter.scrape()("cost_exporter_up") == 1
    name = pick(installed.objects, "ClusterRoleBinding")["metadata"]["name"]
    installed.cluster.client.delete(ClusterRoleBinding, name)

    until(lambda: exporter.scrape()("cost_exporter_up") == 0)

    assert exporter.scrape().all("cost_service_usd_per_hour") == {}
    said = [json.loads(line)["message"] for line in exporter.log.splitlines()]
    assert any("nodes is forbidden" in message for message in said)


def _pod(name: str, image: str) -> dict[str, Any]:
    container = {"name": "main", "image": image, "resources": {"requests": {"cpu": "500m"}}}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "labels": {"app.kubernetes.io/name": "speech"}},
        "spec": {"containers": [container]},
    }
