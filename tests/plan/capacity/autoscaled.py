"""A cluster that adds nodes for pods that wait: one general node, and spot from zero."""

from typing import Any

from plan.capacity import CapacityFinding, ClusterCapacity, Scenario, capacity_of
from plan.model.assembly import Assembly
from tests.plan.capacity.builder import (
    NAMESPACE,
    ZONES,
    Document,
    Group,
    cluster,
    pod_spec,
    stack,
    taint,
    workload,
)

SPOT = Group(
    name="spot",
    instance_type="c5.xlarge",
    size=0,
    maximum=5,
    labels={"workload": "ml"},
    taints=[taint("workload", "ml")],
)
"""3920m of CPU on each node."""
GENERAL = Group(name="general", size=1, maximum=1, zones=ZONES[:1])


def analyser(cpu: str, **spec: Any) -> Document:
    """Return a Deployment that only nodes of the spot group take."""
    pods = pod_spec(
        cpu,
        nodeSelector={"workload": "ml"},
        tolerations=[{"key": "workload", "value": "ml", "effect": "NoSchedule"}],
        **spec,
    )
    return workload("Deployment", "analyser", pods)


def scaled(maximum: int, **spec: object) -> Document:
    """Return what scales it from zero."""
    return {
        "apiVersion": "keda.sh/v1alpha1",
        "kind": "ScaledObject",
        "metadata": {"name": "analyser-scaler", "namespace": NAMESPACE},
        "spec": {"scaleTargetRef": {"name": "analyser"}, "maxReplicaCount": maximum, **spec},
    }


def growing(*objects: Document, groups: tuple[Group, ...] = (GENERAL, SPOT)) -> Assembly:
    """Return a cluster with the chart of the cluster autoscaler in it."""
    whole = cluster(groups, objects)
    resources = {
        name: {"Type": one.type, "Properties": dict(one.properties)}
        for name, one in whole.stacks[0].resources.items()
    }
    chart = {
        "ClusterName": {"Ref": "Cluster"},
        "Release": "cluster-autoscaler",
        "Chart": "cluster-autoscaler",
    }
    return stack(
        resources | {"Scaler": {"Type": "Custom::AWSCDK-EKS-HelmChart", "Properties": chart}}
    )


def capacity(*objects: Document, **others: tuple[Group, ...]) -> ClusterCapacity:
    """Return what the plan says of such a cluster."""
    (found,) = capacity_of(growing(*objects, **others))
    return found


def found_of(found: ClusterCapacity, scenario: Scenario) -> CapacityFinding:
    """Return what is said of one scenario."""
    (finding,) = (one for one in found.findings if one.scenario == scenario)
    return finding


def nodes(finding: CapacityFinding, group: str = "spot") -> int:
    """Return how many nodes of a group there are in the end."""
    (room,) = (room for room in finding.headroom if room.group == group)
    return room.nodes
