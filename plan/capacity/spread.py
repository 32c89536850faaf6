"""How pods lie over the values of a node label, as topology spread constraints ask."""

from plan.capacity.cluster import Cluster, Place
from plan.model.pods import PodTemplate, SpreadConstraint
from plan.model.taints import NO_EXECUTE, NO_SCHEDULE, untolerated


class Spread:
    """The pods that a hard constraint counts, by the value of its label."""

    def __init__(
        self, cluster: Cluster, template: PodTemplate, constraint: SpreadConstraint
    ) -> None:
        self.constraint = constraint
        self._counts: dict[str, int] = {}
        keys = [one.topology_key for one in template.hard_spread]
        for place in cluster.places.values():
            if all(key in place.node.labels for key in keys) and counts(
                constraint, template, place
            ):
                value = place.node.labels[constraint.topology_key]
                here = selected(cluster, constraint, place)
                self._counts[value] = self._counts.get(value, 0) + here
        self._itself = int(cluster.selects(constraint, template))
        self._least = min(self._counts.values(), default=0)

    def has_label(self, place: Place) -> bool:
        """Whether a node has the label at all."""
        return self.constraint.topology_key in place.node.labels

    def skew(self, place: Place) -> int:
        """Return how many more pods than elsewhere there would be with the pod on a node."""
        value = place.node.labels[self.constraint.topology_key]
        return self._counts.get(value, 0) + self._itself - self._least


def counts(constraint: SpreadConstraint, template: PodTemplate, place: Place) -> bool:
    """Whether a node takes part: by default those that the pod selects, whatever their taints."""
    if constraint.honors_affinity and not template.node_selection.matches(place.node.labels):
        return False
    return not constraint.honors_taints or not untolerated(
        place.node.taints, template.tolerations, NO_SCHEDULE, NO_EXECUTE
    )


def selected(cluster: Cluster, constraint: SpreadConstraint, place: Place) -> int:
    """Count the pods on a node that a constraint means; one that selects everything means none."""
    if constraint.selector is not None and not constraint.selector.requirements:
        return 0
    return sum(
        number
        for template, number in place.templates.items()
        if cluster.selects(constraint, template)
    )
