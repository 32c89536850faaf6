"""Whether a machine of a group that has none would take a pod."""

from collections.abc import Iterable, Mapping, Sequence

from lightkube.models.core_v1 import PodSpec, Taint, Toleration
from lightkube.resources.core_v1 import Node

from rehearsal.cluster.objects import labels_of
from rehearsal.cluster.quantities import quantity

Room = Mapping[str, float]
"""Amounts by resource."""

_KEEPING_AWAY = ("NoSchedule", "NoExecute")


def takes(node: Node, spec: PodSpec) -> bool:
    """Whether the node's labels and taints let the pod on it; its node affinity is not read."""
    selector = spec.nodeSelector or {}
    labels = labels_of(node)
    taints = (node.spec.taints if node.spec else None) or []
    return all(labels.get(key) == value for key, value in selector.items()) and all(
        any(_tolerates(toleration, taint) for toleration in spec.tolerations or [])
        for taint in taints
        if taint.effect in _KEEPING_AWAY
    )


def machines_for(pods: Iterable[PodSpec], free: Room, present: Sequence[Room] = ()) -> int:
    """Return how many machines with this much room the pods need beside those present.

    The largest pod is placed first.
    """
    machines = list(present)
    for needed in sorted(map(requests, pods), key=lambda room: -room.get("cpu", 0)):
        place = next((i for i, left in enumerate(machines) if _fits(needed, left)), None)
        if place is not None:
            machines[place] = less(machines[place], [needed])
        elif _fits(needed, free):
            machines.append(less(free, [needed]))
    return len(machines) - len(present)


def room_of(node: Node) -> Room:
    """Return what an empty machine offers."""
    allocatable = (node.status.allocatable if node.status else None) or {}
    return {resource: quantity(amount) for resource, amount in allocatable.items()}


def requests(spec: PodSpec) -> Room:
    """Return what a pod asks for, itself included as one of the pods that a machine may hold."""
    total: dict[str, float] = {"pods": 1}
    for container in spec.containers:
        asked = (container.resources.requests if container.resources else None) or {}
        for resource, amount in asked.items():
            total[resource] = total.get(resource, 0) + quantity(amount)
    return total


def less(room: Room, taken: Sequence[Room]) -> Room:
    """Return what is left of the room."""
    return {
        resource: amount - sum(one.get(resource, 0) for one in taken)
        for resource, amount in room.items()
    }


def _fits(needed: Room, free: Room) -> bool:
    return all(amount <= free.get(resource, 0) for resource, amount in needed.items())


def _tolerates(toleration: Toleration, taint: Taint) -> bool:
    return (
        toleration.key in (None, taint.key)
        and toleration.effect in (None, "", taint.effect)
        and (toleration.operator == "Exists" or (toleration.value or "") == (taint.value or ""))
    )
