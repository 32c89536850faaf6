"""Which of the nodes that take a pod it gets: the scheduler's scores, as far as they can differ.

Read in pkg/scheduler/framework/plugins of Kubernetes 1.36, with the default weights. Left out:
images that a node already has, which nobody knows before the deploy.
"""

import math
from collections.abc import Callable, Sequence

from plan.capacity.cluster_state import ClusterState, NodeState
from plan.capacity.topology import counts, selected
from plan.model.pods import AffinityTerm, PodTemplate, SpreadConstraint
from plan.model.quantities import CPU, MEMORY
from plan.model.taints import PREFER_NO_SCHEDULE, untolerated
from plan.model.templates import HOSTNAME

_BEST = 100
_Scores = list[int]


def best(
    cluster: ClusterState, template: PodTemplate, states: Sequence[NodeState]
) -> list[NodeState]:
    """Return the places with the highest score; the scheduler takes any of them."""
    if len(states) == 1:
        return list(states)
    totals = [0] * len(states)
    for weight, score in _SCORES:
        for index, points in enumerate(score(cluster, template, states)):
            totals[index] += weight * points
    highest = max(totals)
    return [state for state, total in zip(states, totals, strict=True) if total == highest]


def _taints(_: ClusterState, template: PodTemplate, states: Sequence[NodeState]) -> _Scores:
    found = [
        len(untolerated(state.node.taints, template.tolerations, PREFER_NO_SCHEDULE))
        for state in states
    ]
    return [_BEST - score for score in _of_highest(found)]


def _preferred_nodes(
    _: ClusterState, template: PodTemplate, states: Sequence[NodeState]
) -> _Scores:
    return _of_highest(
        [
            sum(
                weight
                for weight, selector in template.preferred_nodes
                if selector.matches(state.node.labels)
            )
            for state in states
        ]
    )


def _least_allocated(
    _: ClusterState, template: PodTemplate, states: Sequence[NodeState]
) -> _Scores:
    asked = template.scored_requests
    return [
        sum(
            _share_left(used + more, state.allocatable[name])
            for used, more, name in zip(state.scored_used, asked, (CPU, MEMORY), strict=True)
        )
        // 2
        for state in states
    ]


def _share_left(used: int, allocatable: int) -> int:
    return 0 if used > allocatable else (allocatable - used) * _BEST // allocatable


def _balanced(_: ClusterState, template: PodTemplate, states: Sequence[NodeState]) -> _Scores:
    asked = [template.requests.get(name, 0) for name in (CPU, MEMORY)]
    if not any(asked):
        return [0] * len(states)
    return [
        _BEST // 2 + (_BEST // 2 + _balance(state, asked) - _balance(state, (0, 0))) // 2
        for state in states
    ]


def _balance(state: NodeState, asked: Sequence[int]) -> int:
    cpu, memory = (
        min((state.used[name] + more) / state.allocatable[name], 1.0)
        for name, more in zip((CPU, MEMORY), asked, strict=True)
    )
    return int((1 - abs(cpu - memory) / 2) * _BEST)


def _spread(cluster: ClusterState, template: PodTemplate, states: Sequence[NodeState]) -> _Scores:
    """Score few pods of a kind nearby; nodes without one of the labels get nothing."""
    constraints = template.soft_spread
    if not constraints:
        return [0] * len(states)
    scored = [state for state in states if _has_labels(state, constraints)]
    sums = dict.fromkeys(scored, 0.0)
    for constraint in constraints:
        numbers = _numbers(cluster, template, constraint, scored)
        is_hostname = constraint.topology_key == HOSTNAME
        size = len(scored) if is_hostname else len(set(map(_value(constraint), scored)))
        for state in scored:
            sums[state] += numbers[state] * math.log(size + 2) + constraint.max_skew - 1
    # math.Round of Go rounds halves up, round of Python to the even number.
    points = {state: math.floor(value + 0.5) for state, value in sums.items()}
    highest, lowest = max(points.values(), default=0), min(points.values(), default=0)
    return [
        0 if state not in points else _normal(points[state], lowest, highest) for state in states
    ]


def _normal(points: int, lowest: int, highest: int) -> int:
    return _BEST * (highest + lowest - points) // highest if highest else _BEST


def _numbers(
    cluster: ClusterState,
    template: PodTemplate,
    constraint: SpreadConstraint,
    scored: Sequence[NodeState],
) -> dict[NodeState, int]:
    """Count pods on each node, or in all that share its value of the label."""
    if constraint.topology_key == HOSTNAME:
        return {state: selected(cluster, constraint, state) for state in scored}
    value = _value(constraint)
    sums: dict[str, int] = {}
    for state in cluster.states.values():
        if _has_labels(state, template.soft_spread) and counts(constraint, template, state):
            here = selected(cluster, constraint, state)
            sums[value(state)] = sums.get(value(state), 0) + here
    return {state: sums.get(value(state), 0) for state in scored}


def _value(constraint: SpreadConstraint) -> Callable[[NodeState], str]:
    return lambda state: state.node.labels[constraint.topology_key]


def _has_labels(state: NodeState, constraints: Sequence[SpreadConstraint]) -> bool:
    return all(one.topology_key in state.node.labels for one in constraints)


def _pod_affinity(
    cluster: ClusterState, template: PodTemplate, states: Sequence[NodeState]
) -> _Scores:
    """Score preferred affinity and anti-affinity, of this pod and of those that run."""
    sums: dict[tuple[str, str], int] = {}

    def count(weight: int, term: AffinityTerm, state: NodeState) -> None:
        if value := state.node.labels.get(term.topology_key):
            pair = (term.topology_key, value)
            sums[pair] = sums.get(pair, 0) + weight

    for state in cluster.states.values():
        for other, number in state.templates.items():
            for weight, term in template.preferred_affinity:
                if cluster.selects(term, other):
                    count(weight * number, term, state)
            for weight, term in other.preferred_affinity:
                if cluster.selects(term, template):
                    count(weight * number, term, state)
    if not sums:
        return [0] * len(states)
    points = [
        sum(weight for (key, value), weight in sums.items() if state.node.labels.get(key) == value)
        for state in states
    ]
    lowest, width = min(points), max(points) - min(points)
    return [int(_BEST * ((one - lowest) / width)) if width else 0 for one in points]


def _of_highest(found: Sequence[int]) -> _Scores:
    highest = max(found)
    return [_BEST * one // highest if highest else 0 for one in found]


_Score = Callable[[ClusterState, PodTemplate, Sequence[NodeState]], _Scores]
_SCORES: tuple[tuple[int, _Score], ...] = (
    (3, _taints),
    (2, _preferred_nodes),
    (1, _least_allocated),
    (1, _balanced),
    (2, _spread),
    (2, _pod_affinity),
)
"""With the weights of the default profile."""
