"""Required inter-pod anti-affinity: of a pod towards others, and of others towards it."""

from collections import Counter

from plan.capacity.cluster import Cluster, Place
from plan.model.pods import AffinityTerm, PodTemplate

_Counts = Counter[tuple[str, str]]
"""Pods by the key and value of a node label."""


class AntiAffinity:
    """The anti-affinity between one pod and those in a cluster, by where these are."""

    def __init__(self, cluster: Cluster, template: PodTemplate) -> None:
        self._template = template
        self._refused: _Counts = Counter()
        self._refusing: _Counts = Counter()
        for place in cluster.places.values():
            for other, number in place.templates.items():
                for one in template.anti_affinity:
                    if cluster.selects(one, other):
                        _count(self._refused, one, place, number)
                for one in other.anti_affinity:
                    if cluster.selects(one, template):
                        _count(self._refusing, one, place, number)

    def refuses(self, place: Place) -> bool:
        """Whether a pod is near which the pod itself does not want near it."""
        return any(
            self._refused[_pair(one, place)] > 0
            for one in self._template.anti_affinity
            if one.topology_key in place.node.labels
        )

    def is_refused(self, place: Place) -> bool:
        """Whether a pod is near which does not want the pod near it."""
        labels = place.node.labels
        return any(labels.get(key) == value for key, value in self._refusing)


def _count(counts: _Counts, term: AffinityTerm, place: Place, number: int) -> None:
    if term.topology_key in place.node.labels:
        counts[_pair(term, place)] += number


def _pair(term: AffinityTerm, place: Place) -> tuple[str, str]:
    return term.topology_key, place.node.labels[term.topology_key]
