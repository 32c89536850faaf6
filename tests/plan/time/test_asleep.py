"""How long a gate waits for pods that sleep without work, on nodes that are not there."""

from pathlib import Path
from typing import Any

from plan.time import StackTime
from tests.plan.assemblies import Document, resource, thing
from tests.plan.time.examples import (
    assembly,
    change,
    first,
    gated,
    path,
    pod,
    stack,
    step,
    takes,
    workload,
)

_TAINT = {"Key": "workload", "Value": "ml", "Effect": "NO_SCHEDULE"}
_TOLERATION = {"key": "workload", "value": "ml", "effect": "NoSchedule"}


def _group(name: str, desired: int, **properties: object) -> Document:
    given = {
        "ClusterName": "avadot",
        "InstanceTypes": ["t3.large"],
        "ScalingConfig": {"MinSize": 0, "DesiredSize": desired, "MaxSize": 5},
        **properties,
    }
    return resource("AWS::EKS::Nodegroup", f"Shop/{name}/Resource", given)


def _sleeper(image: str = "shop:1", **spec: Any) -> Document:
    found = workload("Deployment", 1, pod(image) | {"tolerations": [_TOLERATION]} | spec)
    del found["spec"]["replicas"]
    return found


def _scaler(**spec: int) -> Document:
    target = {"scaleTargetRef": {"name": "shop"}, "maxReplicaCount": 5, **spec}
    return thing("ScaledObject", "shop-scaler", spec=target)


def _first(directory: Path, resources: Document, **spec: Any) -> StackTime:
    chart = {"ClusterName": "avadot", "Release": "scaler", "Chart": "cluster-autoscaler"}
    whole = {
        **gated(_sleeper(**spec), _scaler()),
        **resources,
        "Scaler": resource("Custom::AWSCDK-EKS-HelmChart", "", chart),
    }
    return first(assembly(directory, stack(whole))).stacks[0]


def test_the_first_pod_waits_for_its_node(tmp_path: Path) -> None:
    """A Deployment begins with a pod, whatever scales it later."""
    groups = {
        "Spot": _group("spot", 0, Taints=[_TAINT], Labels={"workload": "ml"}),
        "General": _group("general", 2),
    }

    found = _first(tmp_path, groups, nodeSelector={"workload": "ml"})

    assert path(found)[-3:] == [("shop", "node"), ("shop", "image"), ("shop", "pod")]
    assert step(found.steps, "node").seconds == takes("node")


def test_where_a_node_is_there_none_is_waited_for(tmp_path: Path) -> None:
    """It may run on another group as well."""
    groups = {"Spot": _group("spot", 0, Taints=[_TAINT]), "General": _group("general", 2)}

    assert ("shop", "node") not in path(_first(tmp_path, groups))


def test_nodes_of_another_cluster_do_not_count(tmp_path: Path) -> None:
    """There is none in its own that it could wait for."""
    groups = {"Other": _group("other", 0, ClusterName="other")}

    assert ("shop", "node") not in path(_first(tmp_path, groups))


def _released(directory: Path, **spec: int) -> StackTime:
    """Return the release of another image; the gate knows of it by a hash."""
    before, after = (gated(_sleeper(image), _scaler(**spec)) for image in ("shop:1", "shop:2"))
    after["Gate"]["Properties"]["Manifests"] = "another"
    return change(directory, before, after).stacks[0]


def test_a_release_without_pods_is_over_at_once(tmp_path: Path) -> None:
    """Nothing runs, so nothing is rolled; the gate itself takes its time."""
    assert path(_released(tmp_path))[-1] == ("Gate", "update Custom::Gate")


def test_a_release_with_pods_is_rolled(tmp_path: Path) -> None:
    """One pod always runs here."""
    found = _released(tmp_path, minReplicaCount=1)

    assert path(found)[-2:] == [("shop", "image"), ("shop", "pod")]
