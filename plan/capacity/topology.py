"""Where the pods are that matter to a pod: topology spread and inter-pod anti-affinity."""

from collections import Counter

from plan.capacity.cluster_state import ClusterState, NodeState
from plan.model.pods import AffinityTerm, PodTemplate, SpreadConstraint
from plan.model.taints import NO_EXECUTE, NO_SCHEDULE, untolerated


class TopologySpread:
    """The pods that a hard constraint counts, by the value of its label."""

    def __init__(
        self, cluster: ClusterState, template: PodTemplate, constraint: SpreadConstraint
    ) -> None:
        self.constraint = constraint
        self._counts: dict[str, int] = {}
        keys = [one.topology_key for one in template.hard_spread]
        for state in cluster.states.values():
            if all(key in state.node.labels for key in keys) and counts(
                constraint, template, state
            ):
                value = state.node.labels[constraint.topology_key]
                here = selected(cluster, constraint, state)
                self._counts[value] = self._counts.get(value, 0) + here
        self._itself = int(cluster.selects(constraint, template))
        self._least = min(self._counts.values(), default=0)

    def has_label(self, state: NodeState) -> bool:
        return self.constraint.topology_key in state.node.labels

    def skew(self, state: NodeState) -> int:
        """Return how many more pods than elsewhere there would be with the pod on a node."""
        value = state.node.labels[self.constraint.topology_key]
        return self._counts.get(value, 0) + self._itself - self._least


def counts(constraint: SpreadConstraint, template: PodTemplate, state: NodeState) -> bool:
    """Whether a node takes part: by default those that the pod selects, whatever their taints."""
    if constraint.honors_affinity and not template.node_selection.matches(state.node.labels):
        return False
    return not constraint.honors_taints or not untolerated(
        state.node.taints, template.tolerations, NO_SCHEDULE, NO_EXECUTE
    )


def selected(cluster: ClusterState, constraint: SpreadConstraint, state: NodeState) -> int:
    """Count the pods on a node that a constraint means; one that selects everything means none."""
    if constraint.selector is not None and not constraint.selector.requirements:
        return 0
    return sum(
        number
        for template, number in state.templates.items()
        if cluster.selects(constraint, template)
    )


_Counts = Counter[tuple[str, str]]
"""Pods by the key and value of a node label."""


class AntiAffinity:
    """The anti-affinity between one pod and those in a cluster, by where these are."""

    def __init__(self, cluster: ClusterState, template: PodTemplate) -> None:
        self._template = template
        self._refused: _Counts = Counter()
        self._refusing: _Counts = Counter()
        for state in cluster.states.values():
            for other, number in state.templates.items():
                for one in template.anti_affinity:
                    if cluster.selects(one, other):
                        _count(self._refused, one, state, number)
                for one in other.anti_affinity:
                    if cluster.selects(one, template):
                        _count(self._refusing, one, state, number)

    def refuses(self, state: NodeState) -> bool:
        """Whether a pod is near which the pod itself does not want near it."""
        return any(
            self._refused[_pair(one, state)] > 0
            for one in self._template.anti_affinity
            if one.topology_key in state.node.labels
        )

    def is_refused(self, state: NodeState) -> bool:
        """Whether a pod is near which does not want the pod near it."""
        labels = state.node.labels
        return any(labels.get(key) == value for key, value in self._refusing)


def _count(counts: _Counts, term: AffinityTerm, state: NodeState, number: int) -> None:
    if term.topology_key in state.node.labels:
        counts[_pair(term, state)] += number


def _pair(term: AffinityTerm, state: NodeState) -> tuple[str, str]:
    return term.topology_key, state.node.labels[term.topology_key]
