"""Preemption: pods that leave for one of higher priority.

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
    """A node that takes a pod once others are preempted."""

    state: NodeState
    pods: tuple[Pod, ...]


def victims_for(
    cluster: ClusterState, pod: Pod, states: Iterable[NodeState], draw: Random
) -> Victims | None:
    """Choose the node where preemption does the least harm; None if it helps nowhere."""
    if not pod.template.preempts:
        return None
    found = [one for state in states if (one := _victims(cluster, pod, state))]
    if not found:
        return None
    least = min(map(_harm, found))
    return draw.choice([one for one in found if _harm(one) == least])


def _victims(cluster: ClusterState, pod: Pod, state: NodeState) -> Victims | None:
    """Take all pods of lower priority off a node, then put back those that still fit."""
    lesser = [one for one in state.pods if one.template.priority < pod.template.priority]
    if not lesser:
        return None
    tried = cluster.copy()
    there = tried.states[state.node.name]
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
    return Victims(state, tuple(victims))


def _harm(one: Victims) -> tuple[int, int, int]:
    """Compare highest priority, sum of priorities (none counts below zero) and number."""
    priorities = [pod.template.priority for pod in one.pods]
    offset = 2**31
    return max(priorities), sum(one + offset for one in priorities), len(priorities)
