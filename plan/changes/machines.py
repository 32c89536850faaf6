"""Which pods may run on the machines of a group or a pool, by labels, taints and GPUs."""

from collections.abc import Mapping, Sequence
from typing import Any

from catalog import UnknownFactError, instance_type
from plan.changes.sides import Side
from plan.model.assembly import Resource
from plan.model.kubernetes import KubernetesObject, in_cluster
from plan.model.node_pools import CAPACITY_TYPE, POOL_LABEL, NodePool, node_pools
from plan.model.nodes import NODE_GROUP
from plan.model.quantities import GPU
from plan.model.requests import requests
from plan.model.selectors import NODE_NAME, NodeSelection, Selector, node_selection
from plan.model.taints import NO_EXECUTE, NO_SCHEDULE, Taint, tolerations, untolerated

_PLACES = (NODE_NAME, "kubernetes.io/hostname", "topology.")
"""Labels of a single node, which no template writes."""
_OF_EACH_NODE = (
    "kubernetes.io/hostname",
    "topology.kubernetes.io/zone",
    "topology.kubernetes.io/region",
    "topology.ebs.csi.aws.com/zone",
    "eks.amazonaws.com/nodegroup",
)
"""Labels that each node of a group has, whatever a template says
(kubernetes.io/docs/reference/labels-annotations-taints)."""
_KEEP_AWAY = {"NO_SCHEDULE": NO_SCHEDULE, "NO_EXECUTE": NO_EXECUTE}

Machines = Resource | NodePool
"""A managed node group, or a node pool of Karpenter."""


def machines_in(side: Side, cluster: str) -> list[Machines]:
    """Return the node groups and node pools of a cluster."""
    return [
        *in_cluster(side.assembly, cluster, side.assembly.of_type(NODE_GROUP)),
        *node_pools(in_cluster(side.assembly, cluster, side.objects)),
    ]


def item_of(machines: Machines) -> Resource | KubernetesObject:
    """Return what stands for some machines in a comparison."""
    return machines if isinstance(machines, Resource) else machines.applied


def admits(group: Machines, pod: Mapping[str, Any]) -> bool:
    """Whether a pod may run on a group's machines, as far as any of them has room."""
    return (
        _chosen(pod).matches(_labels(group))
        and not untolerated(
            _taints(group), tolerations(pod.get("tolerations")), NO_SCHEDULE, NO_EXECUTE
        )
        and (not requests(pod).get(GPU) or gpu_of(group) != "")
    )


def _taints(group: Machines) -> list[Taint]:
    if isinstance(group, NodePool):
        return list(group.taints)
    return [
        Taint(key=one["Key"], value=one.get("Value") or "", effect=_KEEP_AWAY[one["Effect"]])
        for one in group.properties.get("Taints") or ()
        if one["Effect"] in _KEEP_AWAY
    ]


def is_label_of(group: Resource, name: str) -> bool:
    """Whether a group's machines have a label, with whatever value."""
    return name in _OF_EACH_NODE or name in _labels(group)


def label_of(group: Resource) -> str:
    """Return a label by which kubectl finds a group's machines; empty, if they have none."""
    labels = group.properties.get("Labels") or {}
    return next((f"{name}={value}" for name, value in labels.items()), "")


def gpu_of(group: Machines) -> str | None:
    """Return the kind of GPU that a group's machines have, empty for none; None if not known.

    Machines of one family and generation have the same.
    """
    types = _types(group)
    try:
        return "" if types and not instance_type(types[0]).gpus else _family(types)
    except UnknownFactError:
        return None


def _types(group: Machines) -> Sequence[str]:
    if isinstance(group, NodePool):
        return group.types
    return group.properties.get("InstanceTypes") or []


def _family(types: Sequence[str]) -> str | None:
    return str(types[0]).partition(".")[0] if types else None


def _chosen(pod: Mapping[str, Any]) -> NodeSelection:
    selection = node_selection(pod)
    terms = selection.terms
    return NodeSelection(
        labels=_anywhere(selection.labels),
        terms=None if terms is None else tuple(map(_anywhere, terms)),
    )


def _anywhere(selector: Selector) -> Selector:
    """Leave out what single nodes have, since a group has nodes in all its zones."""
    return Selector(tuple(one for one in selector.requirements if not one.key.startswith(_PLACES)))


def _labels(group: Machines) -> dict[str, str]:
    if isinstance(group, NodePool):
        return {
            "kubernetes.io/os": "linux",
            "kubernetes.io/arch": "amd64",
            CAPACITY_TYPE: group.capacities[0],
            "node.kubernetes.io/instance-type": group.types[0],
            POOL_LABEL: group.name,
            **((group.template.get("metadata") or {}).get("labels") or {}),
        }
    properties = group.properties
    is_arm = "ARM" in str(properties.get("AmiType", ""))
    types = properties.get("InstanceTypes") or []
    return {
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "arm64" if is_arm else "amd64",
        "eks.amazonaws.com/capacityType": str(properties.get("CapacityType", "ON_DEMAND")),
        **({"node.kubernetes.io/instance-type": str(types[0])} if types else {}),
        **(properties.get("Labels") or {}),
    }
