"""Pods that are pushed aside for one of higher priority.

As in pkg/scheduler/framework/preemption of Kubernetes 1.36, except for disruption budgets: they
only sway which of several nodes is cleared, and are not read.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

from plan.capacity.cluster_state import ClusterState, NodeState
from plan.capacity.filters import Filters
from plan.model.pods import Pod


@dataclass(frozen=True)
class Victims:
    """A node that takes a pod once others have left it."""

    place: NodeState
    victims: tuple[Pod, ...]


def victims_for(
    cluster: ClusterState, pod: Pod, places: Iterable[NodeState], draw: Random
) -> Victims | None:
    """Choose where the least important pods have to go; None if that is no help anywhere."""
    if not pod.template.preempts:
        return None
    rooms = [room for place in places if (room := _room(cluster, pod, place))]
    if not rooms:
        return None
    least = min(_harm(room) for room in rooms)
    return draw.choice([room for room in rooms if _harm(room) == least])


def _room(cluster: ClusterState, pod: Pod, place: NodeState) -> Victims | None:
    """Take all lesser pods off a node, then let back whom the pod leaves room for."""
    lesser = [one for one in place.pods if one.template.priority < pod.template.priority]
    if not lesser:
        return None
    tried = cluster.copy()
    there = tried.places[place.node.name]
    for one in lesser:
        tried.unbind(one)
    if Filters(tried, pod).refusal(there):
        return None
    victims = []
    for one in sorted(lesser, key=lambda one: -one.template.priority):
        tried.bind(one, there)
        if Filters(tried, pod).refusal(there):
            tried.unbind(one)
            victims.append(one)
    return Victims(place, tuple(victims))


def _harm(room: Victims) -> tuple[int, int, int]:
    """Compare highest priority, sum of priorities (none counts below zero) and number."""
    priorities = [one.template.priority for one in room.victims]
    offset = 2**31
    return max(priorities), sum(one + offset for one in priorities), len(priorities)
