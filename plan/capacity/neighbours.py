"""Which pods a pod must run beside, and which it must not."""

from collections import Counter
from collections.abc import Iterable

from plan.capacity.cluster import Cluster, Place
from plan.model.pods import AffinityTerm, PodTemplate

_Counts = Counter[tuple[str, str]]
"""Pods by the key and value of a node label."""


class Neighbours:
    """The pods in a cluster that matter to one pod, by where they are."""

    def __init__(self, cluster: Cluster, template: PodTemplate) -> None:
        self._template = template
        self._wanted: _Counts = Counter()
        self._unwanted: _Counts = Counter()
        self._refusing: _Counts = Counter()
        for place in cluster.places.values():
            for other, number in place.templates.items():
                if template.near and all(cluster.selects(one, other) for one in template.near):
                    _count(self._wanted, template.near, place, number)
                for one in template.apart:
                    if cluster.selects(one, other):
                        _count(self._unwanted, (one,), place, number)
                for one in other.apart:
                    if cluster.selects(one, template):
                        _count(self._refusing, (one,), place, number)
        self._is_its_own = bool(template.near) and all(
            cluster.selects(one, template) for one in template.near
        )

    def has_wanted(self, place: Place) -> bool:
        """Whether all pods it wants are near; the first of a kind that wants its own is let in."""
        terms = self._template.near
        if any(one.topology_key not in place.node.labels for one in terms):
            return False
        if all(self._wanted[_pair(one, place)] > 0 for one in terms):
            return True
        return not self._wanted and self._is_its_own

    def has_unwanted(self, place: Place) -> bool:
        """Whether a pod it wants to be apart from is near."""
        return any(
            self._unwanted[_pair(one, place)] > 0
            for one in self._template.apart
            if one.topology_key in place.node.labels
        )

    def is_unwanted(self, place: Place) -> bool:
        """Whether a pod that wants to be apart from it is near."""
        labels = place.node.labels
        return any(labels.get(key) == value for key, value in self._refusing)


def _count(counts: _Counts, terms: Iterable[AffinityTerm], place: Place, number: int) -> None:
    for one in terms:
        if one.topology_key in place.node.labels:
            counts[_pair(one, place)] += number


def _pair(term: AffinityTerm, place: Place) -> tuple[str, str]:
    return term.topology_key, place.node.labels[term.topology_key]
