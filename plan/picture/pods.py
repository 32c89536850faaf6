"""Clusters: their node groups with the pods that the scheduler puts there."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from plan.assembly import Assembly, Resource
from plan.capacity.demand import Demand, demands
from plan.capacity.findings import AtMaximum, AtMinimum
from plan.capacity.nodes import NODE_GROUP, NodeGroup, node_group
from plan.capacity.quantities import CPU, GPU, MEMORY, MIB
from plan.capacity.scenarios import Trial
from plan.capacity.scheduler import Scheduler
from plan.capacity.workloads import DAEMON_SET, Workload
from plan.cost.workloads import named
from plan.picture.network import Ground, Grounds
from plan.picture.scene import Cluster, Pods
from plan.picture.scene import NodeGroup as Group

_TIMES = "\N{MULTIPLICATION SIGN}"
_NOWHERE = ""
"""Stands for the node group of pods that wait."""


@dataclass(frozen=True, kw_only=True)
class StandingCluster:
    """A cluster with those of its node groups that stand on one ground."""

    key: str
    cluster: Cluster
    ground: Ground


def clusters(assembly: Assembly, grounds: Grounds) -> list[StandingCluster]:
    """Return the clusters that have nodes; raise `PlanError` for what cannot be read."""
    return [
        found
        for demand in demands(assembly)
        for found in _Reading(demand, assembly).standing(grounds)
    ]


def pods_key(cluster: str, workload: str) -> str:
    """Return what the pods of a workload are found by, in all clusters."""
    return f"{cluster} {workload}"


class _Reading:
    """One cluster, its pods placed at minimum scale, those that are none then where they come."""

    def __init__(self, demand: Demand, assembly: Assembly) -> None:
        self._demand = demand
        self._resources = {
            node_group(resource, assembly).name: resource
            for resource in assembly.of_type(NODE_GROUP)
            if resource.stack == demand.stack
        }
        first = self._resources[demand.groups[0].name]
        reference = str(first.properties.get("ClusterName"))
        self._key = named(assembly, first.stack, reference)
        self._cluster: Resource | None = assembly.target(first.stack, reference)
        trial = Trial(demand, 0)
        scheduler = trial.play(AtMinimum()).scheduler
        self._asleep = frozenset(_homes(trial.play(AtMaximum()).scheduler, demand))
        self._counts = Counter(
            [
                *(
                    (place.node.group, pod.workload)
                    for pod, place in scheduler.cluster.where.items()
                ),
                *((_NOWHERE, pod.workload) for pod in scheduler.waiting),
            ]
        )

    def standing(self, grounds: Grounds) -> Iterator[StandingCluster]:
        """Yield the cluster once for each ground that node groups of it stand on."""
        version = self._cluster.properties.get("Version") if self._cluster else None
        where = {name: self._ground(name, grounds) for name in self._resources}
        waiting = self._pods(_NOWHERE, add_ons=None)
        for ground in dict.fromkeys(where.values()):
            here = [one for one in self._demand.groups if where[one.name] == ground]
            yield StandingCluster(
                key=self._key,
                ground=ground,
                cluster=Cluster(
                    name=f"EKS {self._demand.cluster}",
                    detail=f"Kubernetes {version}" if version else "",
                    groups=tuple(map(self._group, here)),
                    waiting=waiting,
                ),
            )
            waiting = ()

    def _ground(self, group: str, grounds: Grounds) -> Ground:
        resource = self._resources[group]
        return grounds.under(resource.stack, resource.properties.get("Subnets", ()))

    def _group(self, group: NodeGroup) -> Group:
        given = self._resources[group.name].properties
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
            _pods(one, here, self._key)
            for one in self._demand.workloads
            for here in [self._counts[group, one.key]]
            if here or (group, one.key) in self._asleep
            if add_ons in {None, _is_helper(one)}
        )


def _homes(at_maximum: Scheduler, demand: Demand) -> Iterator[tuple[str, str]]:
    """Yield where pods come to run that there are none of at minimum scale, with their workload."""
    asleep = {one.key for one in demand.workloads if one.minimum == 0 < one.maximum}
    for pod, place in at_maximum.cluster.where.items():
        if pod.workload in asleep:
            yield place.node.group, pod.workload
    for pod in at_maximum.waiting:
        if pod.workload in asleep:
            yield _NOWHERE, pod.workload


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
