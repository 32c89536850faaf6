"""Clusters: their node groups with the pods that the scheduler puts there."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from plan.model.clusters import NO_NODE, Placement
from plan.model.nodes import NodeGroup
from plan.model.quantities import CPU, GPU, MEMORY, MIB
from plan.model.workloads import DAEMON_SET, Workload
from plan.picture.network import Ground, Grounds
from plan.picture.scene import Cluster, Pods
from plan.picture.scene import NodeGroup as Group

_TIMES = "\N{MULTIPLICATION SIGN}"


@dataclass(frozen=True, kw_only=True)
class StandingCluster:
    """A cluster with those of its node groups that stand on one ground."""

    key: str
    cluster: Cluster
    ground: Ground


def clusters(placements: Iterable[Placement], grounds: Grounds) -> list[StandingCluster]:
    """Return the clusters that have nodes."""
    return [found for one in placements for found in _Reading(one).standing(grounds)]


def pods_key(cluster: str, workload: str) -> str:
    """Return what the pods of a workload are found by, in all clusters."""
    return f"{cluster} {workload}"


class _Reading:
    """One cluster, its pods placed at minimum scale, those that are none then where they come."""

    def __init__(self, placement: Placement) -> None:
        self._cluster = placement.cluster
        self._counts = placement.at_minimum
        scaled_to_zero = {one.key for one in self._cluster.workloads if not one.minimum}
        self._asleep = {home for home in placement.at_maximum if home[1] in scaled_to_zero}

    def standing(self, grounds: Grounds) -> Iterator[StandingCluster]:
        """Yield the cluster once for each ground that node groups of it stand on."""
        resource = self._cluster.resource
        version = resource.properties.get("Version") if resource else None
        where = {group.name: self._ground(group, grounds) for group in self._cluster.groups}
        waiting = self._pods(NO_NODE, add_ons=None)
        for ground in dict.fromkeys(where.values()):
            here = [one for one in self._cluster.groups if where[one.name] == ground]
            yield StandingCluster(
                key=self._cluster.key,
                ground=ground,
                cluster=Cluster(
                    name=f"EKS {self._cluster.cluster}",
                    detail=f"Kubernetes {version}" if version else "",
                    groups=tuple(map(self._group, here)),
                    waiting=waiting,
                ),
            )
            waiting = ()

    def _ground(self, group: NodeGroup, grounds: Grounds) -> Ground:
        return grounds.under(group.resource.stack, group.resource.properties.get("Subnets", ()))

    def _group(self, group: NodeGroup) -> Group:
        given = group.resource.properties
        types = " or ".join(given.get("InstanceTypes") or [group.machine.name])
        most = f", up to {group.maximum}" if group.maximum > group.desired else ""
        spot = " spot" if given.get("CapacityType") == "SPOT" else ""
        return Group(
            name=group.name,
            machines=f"{group.desired} {_TIMES} {types}{spot}{most}",
            zones=tuple(Counter(node.zone for node in group.nodes(group.desired)).items()),
            pods=self._pods(group.name, add_ons=False),
            add_ons=self._pods(group.name, add_ons=True),
        )

    def _pods(self, group: str, *, add_ons: bool | None) -> tuple[Pods, ...]:
        """Return the pods on a node group: those of add-ons, the others, or both."""
        return tuple(
            _pods(one, here, self._cluster.key)
            for one in self._cluster.workloads
            for here in [self._counts.get((group, one.key), 0)]
            if here or (group, one.key) in self._asleep
            if add_ons in {None, _is_helper(one)}
        )


def _is_helper(workload: Workload) -> bool:
    """Whether its pods serve the nodes, and nobody outside."""
    return workload.is_add_on or workload.kind == DAEMON_SET


def _pods(workload: Workload, here: int, cluster: str) -> Pods:
    is_daemon = workload.kind == DAEMON_SET
    return Pods(
        key=pods_key(cluster, workload.key),
        name=workload.name,
        kind=workload.kind,
        here=here,
        minimum=here if is_daemon else workload.minimum,
        maximum=here if is_daemon else workload.maximum,
        asks=_asks(workload),
    )


def _asks(workload: Workload) -> str:
    asked = workload.running.requests
    gpus = sum(amount for name, amount in asked.items() if name.startswith(GPU))
    parts = [
        f"{asked.get(CPU, 0)}m CPU",
        f"{asked.get(MEMORY, 0) // MIB} MiB",
        f"{gpus} GPU" if gpus else "",
    ]
    return ", ".join(filter(None, parts))
