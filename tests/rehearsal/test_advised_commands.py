"""The kubectl commands that findings advise do in a cluster what the findings say of them."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from lightkube.resources.core_v1 import Node

from tests.rehearsal.manifests import autoscaler, ebs_storage_class, workload
from tests.rehearsal.played import Cluster, is_true, played_cluster
from tests.rehearsal.waiting import until
from tests.remedies.examples import typed

pytestmark = pytest.mark.rehearsal

_DEFINITION = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "things.example.com"},
    "spec": {
        "group": "example.com",
        "scope": "Namespaced",
        "names": {"kind": "Thing", "plural": "things"},
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "schema": {"openAPIV3Schema": {"type": "object"}},
            }
        ],
    },
}
_BUDGET: dict[str, Any] = {
    "apiVersion": "policy/v1",
    "kind": "PodDisruptionBudget",
    "metadata": {"name": "one"},
    "spec": {"maxUnavailable": 1, "selector": {"matchLabels": {"app": "one"}}},
}


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Hold one of each thing that a finding names, and a node with the label that it names."""
    with played_cluster(tmp_path_factory.mktemp("cluster")) as made:
        image = made.registry.push("case/one")
        made.create(
            workload("StatefulSet", "one", image, replicas=2, serviceName="one"),
            workload("Deployment", "other", image, replicas=2),
            autoscaler("other") | {"metadata": {"name": "one"}},
            _BUDGET,
            ebs_storage_class("one"),
        )
        until(lambda: len(made.ready_pods("one")) == 2)
        until(lambda: len(made.ready_pods("other")) == 2)
        node = made.pods("other")[0]["spec"]["nodeName"]
        made.control_plane.kubectl("label", "node", node, "node-group=a")
        yield made


def _remaining(cluster: Cluster, kind: str) -> list[str]:
    found = json.loads(cluster.control_plane.kubectl("-n", "default", "get", kind, "-o", "json"))
    return [one["metadata"]["name"] for one in found["items"]]


def test_each_command_is_taken_by_kubectl_and_the_cluster(cluster: Cluster) -> None:
    """What is deleted is gone, pods that are orphaned stay, and a drained node has none."""
    for line in typed("kubectl"):
        given = json.dumps(_DEFINITION) if line[-1] == "-" else None
        cluster.control_plane.kubectl(*line[1:], standard_input=given)

    for kind in ("horizontalpodautoscaler", "poddisruptionbudget", "statefulset", "storageclass"):
        assert _remaining(cluster, kind) == []
    assert len(cluster.pods("one")) == 2
    (drained,) = (node.to_dict() for node in cluster.client.list(Node, labels={"node-group": "a"}))
    assert drained["spec"]["unschedulable"] is True
    until(lambda: len(cluster.ready_pods("other")) == 2)
    assert drained["metadata"]["name"] not in {
        pod["spec"]["nodeName"] for pod in cluster.pods("other") if is_true(pod, "Ready")
    }
    assert "customresourcedefinition.apiextensions.k8s.io/things.example.com" in (
        cluster.control_plane.kubectl("get", "crd", "things.example.com", "-o", "name")
    )
