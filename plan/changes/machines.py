"""Which pods may run on the machines of a node group, by labels, taints and GPUs."""

from collections.abc import Mapping
from typing import Any

from catalog import UnknownFactError, instance_type
from plan.model.assembly import Resource
from plan.model.quantities import GPU
from plan.model.requests import requests
from plan.model.selectors import NODE_NAME, NodeSelection, Selector, node_selection
from plan.model.taints import NO_EXECUTE, NO_SCHEDULE, Taint, tolerations, untolerated

_PLACES = (NODE_NAME, "kubernetes.io/hostname", "topology.")
"""Labels of a single node, which no template writes."""
_KEEP_AWAY = {"NO_SCHEDULE": NO_SCHEDULE, "NO_EXECUTE": NO_EXECUTE}


def admits(group: Resource, pod: Mapping[str, Any]) -> bool:
    """Whether a pod may run on a group's machines, as far as any of them has room."""
    taints = [
        Taint(key=one["Key"], value=one.get("Value") or "", effect=_KEEP_AWAY[one["Effect"]])
        for one in group.properties.get("Taints") or ()
        if one["Effect"] in _KEEP_AWAY
    ]
    return (
        _chosen(pod).matches(_labels(group))
        and not untolerated(taints, tolerations(pod.get("tolerations")), NO_SCHEDULE, NO_EXECUTE)
        and (not requests(pod).get(GPU) or gpu_of(group) != "")
    )


def label_of(group: Resource) -> str:
    """Return a label by which kubectl finds a group's machines; empty, if they have none."""
    labels = group.properties.get("Labels") or {}
    return next((f"{name}={value}" for name, value in labels.items()), "")


def gpu_of(group: Resource) -> str | None:
    """Return the kind of GPU that a group's machines have, empty for none; None if not known.

    Machines of one family and generation have the same.
    """
    types = group.properties.get("InstanceTypes") or []
    try:
        return "" if types and not instance_type(types[0]).gpus else _family(types)
    except UnknownFactError:
        return None


def _family(types: list[str]) -> str | None:
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


def _labels(group: Resource) -> dict[str, str]:
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
