"""What the plan says of old and new that are there at once is what a real control plane does."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from rehearsal.cluster import ClusterError
from tests.rehearsal.manifests import autoscaler, workload
from tests.rehearsal.played import Cluster, is_true, played_cluster
from tests.rehearsal.waiting import until

pytestmark = pytest.mark.rehearsal


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Share one cluster: each test uses names of its own."""
    with played_cluster(tmp_path_factory.mktemp("cluster")) as made:
        yield made


def _budget(name: str, app: str) -> dict[str, Any]:
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": name},
        "spec": {"maxUnavailable": 1, "selector": {"matchLabels": {"app": app}}},
    }


def _service(name: str, port: int) -> dict[str, Any]:
    ports = [{"port": 80, "nodePort": port}]
    spec = {"type": "NodePort", "selector": {"app": name}, "ports": ports}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec}


def test_a_pod_that_two_budgets_select_is_not_evicted(cluster: Cluster) -> None:
    image = cluster.registry.push("case/twice")
    cluster.create(
        workload("Deployment", "twice", image, replicas=2),
        _budget("old", "twice"),
        _budget("new", "twice"),
    )
    until(lambda: len(cluster.ready_pods("twice")) == 2)
    node = cluster.pods("twice")[0]["spec"]["nodeName"]
    drain = ("drain", node, "--ignore-daemonsets", "--delete-emptydir-data", "--timeout=5s")

    with pytest.raises(ClusterError, match="more than one PodDisruptionBudget"):
        cluster.control_plane.kubectl(*drain)

    cluster.control_plane.kubectl("uncordon", node)


def test_a_port_of_the_nodes_is_had_by_one_service(cluster: Cluster) -> None:
    cluster.create(_service("one", 30080))

    with pytest.raises(ClusterError, match="provided port is already allocated"):
        cluster.create(_service("two", 30080))


def test_neither_of_two_autoscalers_of_one_workload_scales(cluster: Cluster) -> None:
    image = cluster.registry.push("case/scaled")
    cluster.create(
        workload("Deployment", "scaled", image, replicas=2),
        autoscaler("scaled") | {"metadata": {"name": "old"}},
        autoscaler("scaled") | {"metadata": {"name": "new"}},
    )

    def ambiguous() -> set[str]:
        found = json.loads(cluster.control_plane.kubectl("get", "hpa", "-o", "json"))["items"]
        return {
            one["metadata"]["name"]
            for one in found
            for condition in one["status"].get("conditions") or ()
            if (condition["status"], condition["reason"]) == ("False", "AmbiguousSelector")
        }

    until(lambda: ambiguous() == {"old", "new"})


def test_what_leaves_its_manifest_goes_before_its_successor_is_ready(cluster: Cluster) -> None:
    """By `--prune`, as the CDK's handler applies a manifest again."""
    image = cluster.registry.push("case/renamed")

    def apply(name: str) -> None:
        labelled = workload("Deployment", name, image)
        labelled["metadata"]["labels"] = {"manifest": "renamed"}
        words = ("apply", "--prune", "-l", "manifest=renamed", "-f", "-")
        cluster.control_plane.kubectl(*words, standard_input=json.dumps(labelled))

    apply("before")
    until(lambda: len(cluster.ready_pods("before")) == 1)
    apply("behind")

    left = cluster.control_plane.kubectl(
        "get", "deployments", "-l", "manifest=renamed", "-o", "name"
    )
    assert left.split() == ["deployment.apps/behind"]
    assert cluster.ready_pods("behind") == []


def test_pods_that_end_count_in_a_quota_beside_those_that_begin(cluster: Cluster) -> None:
    """Until they are gone, after their grace."""
    quota = {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": "all", "namespace": "crowded"},
        "spec": {"hard": {"pods": "1"}},
    }
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "crowded"}}
    image = cluster.registry.push("case/crowded")
    one = workload("Deployment", "one", image)
    cluster.create(namespace, quota)
    cluster.create(one | {"metadata": {"name": "one", "namespace": "crowded"}})
    crowded = ("-n", "crowded")

    def ready() -> bool:
        found = cluster.control_plane.kubectl(*crowded, "get", "pods", "-o", "json")
        return any(is_true(pod, "Ready") for pod in json.loads(found)["items"])

    def events() -> str:
        return cluster.control_plane.kubectl(*crowded, "get", "events", "-o", "json")

    until(ready)
    cluster.control_plane.kubectl(*crowded, "set", "env", "deployment/one", "A=1")

    until(lambda: "exceeded quota: all, requested: pods=1, used: pods=1" in events())
