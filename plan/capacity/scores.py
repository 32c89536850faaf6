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
    cluster: ClusterState, template: PodTemplate, places: Sequence[NodeState]
) -> list[NodeState]:
    """Return the places with the highest score; the scheduler takes any of them."""
    if len(places) == 1:
        return list(places)
    totals = [0] * len(places)
    for weight, score in _SCORES:
        for index, points in enumerate(score(cluster, template, places)):
            totals[index] += weight * points
    highest = max(totals)
    return [place for place, total in zip(places, totals, strict=True) if total == highest]


def _taints(_: ClusterState, template: PodTemplate, places: Sequence[NodeState]) -> _Scores:
    found = [
        len(untolerated(place.node.taints, template.tolerations, PREFER_NO_SCHEDULE))
        for place in places
    ]
    return [_BEST - score for score in _of_highest(found)]


def _preferred_nodes(
    _: ClusterState, template: PodTemplate, places: Sequence[NodeState]
) -> _Scores:
    return _of_highest(
        [
            sum(
                weight
                for weight, selector in template.preferred_nodes
                if selector.matches(place.node.labels)
            )
            for place in places
        ]
    )


def _least_allocated(
    _: ClusterState, template: PodTemplate, places: Sequence[NodeState]
) -> _Scores:
    asked = template.scored_requests
    return [
        sum(
            _share_left(used + more, place.allocatable[name])
            for used, more, name in zip(place.scored_used, asked, (CPU, MEMORY), strict=True)
        )
        // 2
        for place in places
    ]


def _share_left(used: int, allocatable: int) -> int:
    return 0 if used > allocatable else (allocatable - used) * _BEST // allocatable


def _balanced(_: ClusterState, template: PodTemplate, places: Sequence[NodeState]) -> _Scores:
    asked = [template.requests.get(name, 0) for name in (CPU, MEMORY)]
    if not any(asked):
        return [0] * len(places)
    return [
        _BEST // 2 + (_BEST // 2 + _balance(place, asked) - _balance(place, (0, 0))) // 2
        for place in places
    ]


def _balance(place: NodeState, asked: Sequence[int]) -> int:
    cpu, memory = (
        min((place.used[name] + more) / place.allocatable[name], 1.0)
        for name, more in zip((CPU, MEMORY), asked, strict=True)
    )
    return int((1 - abs(cpu - memory) / 2) * _BEST)


def _spread(cluster: ClusterState, template: PodTemplate, places: Sequence[NodeState]) -> _Scores:
    """Score few pods of a kind nearby; nodes without one of the labels get nothing."""
    constraints = template.soft_spread
    if not constraints:
        return [0] * len(places)
    scored = [place for place in places if _has_labels(place, constraints)]
    sums = dict.fromkeys(scored, 0.0)
    for constraint in constraints:
        numbers = _numbers(cluster, template, constraint, scored)
        is_hostname = constraint.topology_key == HOSTNAME
        size = len(scored) if is_hostname else len(set(map(_value(constraint), scored)))
        for place in scored:
            sums[place] += numbers[place] * math.log(size + 2) + constraint.max_skew - 1
    # math.Round of Go rounds halves up, round of Python to the even number.
    points = {place: math.floor(value + 0.5) for place, value in sums.items()}
    highest, lowest = max(points.values(), default=0), min(points.values(), default=0)
    return [
        0 if place not in points else _normal(points[place], lowest, highest) for place in places
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
        return {place: selected(cluster, constraint, place) for place in scored}
    value = _value(constraint)
    sums: dict[str, int] = {}
    for place in cluster.places.values():
        if _has_labels(place, template.soft_spread) and counts(constraint, template, place):
            here = selected(cluster, constraint, place)
            sums[value(place)] = sums.get(value(place), 0) + here
    return {place: sums.get(value(place), 0) for place in scored}


def _value(constraint: SpreadConstraint) -> Callable[[NodeState], str]:
    return lambda place: place.node.labels[constraint.topology_key]


def _has_labels(place: NodeState, constraints: Sequence[SpreadConstraint]) -> bool:
    return all(one.topology_key in place.node.labels for one in constraints)


def _pod_affinity(
    cluster: ClusterState, template: PodTemplate, places: Sequence[NodeState]
) -> _Scores:
    """Score preferred affinity and anti-affinity, of this pod and of those that run."""
    sums: dict[tuple[str, str], int] = {}

    def count(weight: int, term: AffinityTerm, place: NodeState) -> None:
        if value := place.node.labels.get(term.topology_key):
            pair = (term.topology_key, value)
            sums[pair] = sums.get(pair, 0) + weight

    for place in cluster.places.values():
        for other, number in place.templates.items():
            for weight, term in template.preferred_affinity:
                if cluster.selects(term, other):
                    count(weight * number, term, place)
            for weight, term in other.preferred_affinity:
                if cluster.selects(term, template):
                    count(weight * number, term, place)
    if not sums:
        return [0] * len(places)
    points = [
        sum(weight for (key, value), weight in sums.items() if place.node.labels.get(key) == value)
        for place in places
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
