"""Clusters: their node groups with the pods that the scheduler puts there."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from plan.model.clusters import NO_NODE, Placement
from plan.model.nodes import NodeGroup
from plan.model.quantities import CPU, GPU, MEMORY, MIB
from plan.model.workloads import DAEMON_SET, AppliedWorkload, Once
from plan.picture.diagram import DrawnCluster, DrawnNodeGroup, DrawnPods
from plan.picture.subnets import SubnetTier, SubnetTiers

_TIMES = "\N{MULTIPLICATION SIGN}"


@dataclass(frozen=True, kw_only=True)
class PlacedCluster:
    """A cluster with those of its node groups that are in one tier of subnets."""

    key: str
    cluster: DrawnCluster
    subnet_tier: SubnetTier


def clusters(placements: Iterable[Placement], subnet_tiers: SubnetTiers) -> list[PlacedCluster]:
    return [found for one in placements for found in _Reading(one).placed(subnet_tiers)]


def pods_key(cluster: str, workload: str) -> str:
    return f"{cluster} {workload}"


class _Reading:
    """One cluster with its pods at minimum scale; of those scaled to zero, where they start."""

    def __init__(self, placement: Placement) -> None:
        self._cluster = placement.cluster
        self._counts = placement.at_minimum
        scaled_to_zero = {
            one.key
            for one in self._cluster.workloads
            if not one.minimum and not isinstance(one.update, Once)
        }
        self._at_zero = {home for home in placement.at_maximum if home[1] in scaled_to_zero}

    def placed(self, subnet_tiers: SubnetTiers) -> Iterator[PlacedCluster]:
        """Yield the cluster once for each tier of subnets that has node groups of it."""
        resource = self._cluster.resource
        version = resource.properties.get("Version") if resource else None
        where = {
            group.name: self._subnet_tier(group, subnet_tiers) for group in self._cluster.groups
        }
        waiting = self._pods(NO_NODE, add_ons=None)
        for subnet_tier in dict.fromkeys(where.values()):
            here = [one for one in self._cluster.groups if where[one.name] == subnet_tier]
            yield PlacedCluster(
                key=self._cluster.key,
                subnet_tier=subnet_tier,
                cluster=DrawnCluster(
                    name=f"EKS {self._cluster.name}",
                    detail=f"Kubernetes {version}" if version else "",
                    groups=tuple(map(self._group, here)),
                    waiting=waiting,
                ),
            )
            waiting = ()

    def _subnet_tier(self, group: NodeGroup, subnet_tiers: SubnetTiers) -> SubnetTier:
        return subnet_tiers.under(group.resource.stack, group.subnets)

    def _group(self, group: NodeGroup) -> DrawnNodeGroup:
        types = " or ".join(group.types)
        most = f", up to {group.maximum}" if group.maximum > group.desired else ""
        spot = " spot" if group.is_spot else ""
        return DrawnNodeGroup(
            name=group.name,
            machines=f"{group.desired} {_TIMES} {types}{spot}{most}",
            zones=tuple(Counter(node.zone for node in group.nodes(group.desired)).items()),
            pods=self._pods(group.name, add_ons=False),
            add_ons=self._pods(group.name, add_ons=True),
        )

    def _pods(self, group: str, *, add_ons: bool | None) -> tuple[DrawnPods, ...]:
        """Return the pods on a node group: those of add-ons, the others, or both."""
        return tuple(
            _pods(one, here, self._cluster.key)
            for one in self._cluster.workloads
            for here in [self._counts.get((group, one.key), 0)]
            if here or (group, one.key) in self._at_zero
            if add_ons in {None, _is_helper(one)}
        )


def _is_helper(workload: AppliedWorkload) -> bool:
    """Whether it is an add-on or a DaemonSet, which serve the nodes."""
    return workload.is_add_on or workload.kind == DAEMON_SET


def _pods(workload: AppliedWorkload, here: int, cluster: str) -> DrawnPods:
    is_daemon = workload.kind == DAEMON_SET
    return DrawnPods(
        key=pods_key(cluster, workload.key),
        name=workload.name,
        kind=workload.kind,
        here=here,
        minimum=here if is_daemon else workload.minimum,
        maximum=here if is_daemon else workload.maximum,
        asks=_asks(workload),
    )


def _asks(workload: AppliedWorkload) -> str:
    asked = workload.running.requests
    gpus = sum(amount for name, amount in asked.items() if name.startswith(GPU))
    parts = [
        f"{asked.get(CPU, 0)}m CPU",
        f"{asked.get(MEMORY, 0) // MIB} MiB",
        f"{gpus} GPU" if gpus else "",
    ]
    return ", ".join(filter(None, parts))
