"""Where the pods of a cluster run: computed in `plan.capacity`, read by cost, time and picture."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from plan.model.clusters import ClusterWorkloads

NO_NODE = ""
"""Stands for the node group of pods that find no node."""

PodCounts = Mapping[tuple[str, str], int]
"""Numbers of pods by the name of their node group and the key of their workload."""


@dataclass(frozen=True, kw_only=True)
class Placement:
    """The pods of a cluster at minimum scale, and with every autoscaler at its maximum."""

    cluster: ClusterWorkloads
    at_minimum: PodCounts
    at_maximum: PodCounts
    gpus: Mapping[str, int]
    """GPUs, or slices of them where they are shared, that each group offers at minimum scale."""

    def starts_a_node_for(self, workload: str) -> bool:
        """Whether all pods of a workload run on groups that begin without a node."""
        empty = {group.name for group in self.cluster.groups if not group.desired}
        groups = {group for (group, key), pods in self.at_maximum.items() if key == workload}
        return bool(groups) and groups <= empty


def placement_in(placements: Iterable[Placement], cluster: str) -> Placement | None:
    """Return the placement of a cluster by its key; None if it has no node groups."""
    return next((one for one in placements if one.cluster.key == cluster), None)
