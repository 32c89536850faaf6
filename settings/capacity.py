"""Whether the pods fit the machines, by what a node can allocate and not by what it has."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalog import add_on, requests_per_node
from settings.checks import require
from settings.cluster import DEVICE_PLUGIN_RESOURCES, Cluster
from settings.node_pools import NodePool
from settings.nodes import NodeGroup
from settings.workloads import Placement, Pods, Workload

Kind = NodeGroup | NodePool

_NODE_START_SECONDS = 180
"""Decision of the autoscaler, start of the machine, network plugin: one to three minutes."""
_SPOT_NOTICE_SECONDS = 120
"""What EC2 gives."""


@dataclass(frozen=True, kw_only=True)
class Headroom:
    """CPU in thousandths of a core, memory in MiB, GPUs, and places for pods."""

    cpu_milli: int
    memory_mib: int
    pods: int = 1
    gpus: int = 0

    def __sub__(self, other: "Headroom") -> "Headroom":
        return Headroom(
            cpu_milli=self.cpu_milli - other.cpu_milli,
            memory_mib=self.memory_mib - other.memory_mib,
            pods=self.pods - other.pods,
            gpus=self.gpus - other.gpus,
        )

    def __str__(self) -> str:
        gpus = f", {self.gpus} GPUs" if self.gpus else ""
        return f"{self.cpu_milli} cpu_milli, {self.memory_mib} memory_mib, {self.pods} pods{gpus}"

    @property
    def is_enough(self) -> bool:
        return min(self.cpu_milli, self.memory_mib, self.pods, self.gpus) >= 0


@dataclass(kw_only=True)
class _Node:
    """A machine, with what is left of it and the workloads that have a pod there."""

    kind: Kind
    left: Headroom
    workloads: set[str]


def check_fit(
    workloads: Sequence[Workload], cluster: Cluster, *, steps: Sequence[Pods] = ()
) -> None:
    """Require that all pods at their most fit the machines that there can be.

    The cluster's own pods come first and must fit the machines that are always there; then the
    largest pods, each on the first node with room: what fits so, fits.
    """
    everything: Sequence[Pods] = (*workloads, *steps)
    _check_add_ons(cluster)
    nodes = [
        _Node(kind=kind, left=room_of_node(kind, cluster), workloads=set())
        for kind in cluster.node_kinds
        for _ in range(kind.largest)
    ]
    common = [node for node in nodes if node.kind in cluster.common_groups]
    for pod in _pods_of_add_ons(cluster):
        _place(pod, "", common, one_per_node=False)
    for pods in sorted(everything, key=_size, reverse=True):
        _check_pods(pods, [node for node in nodes if _admits(node.kind, pods)], cluster)
    for workload in workloads:
        _check_start(workload, cluster)
    for kind in cluster.node_kinds:
        require(
            not kind.node_taints or any(_admits(kind, pods) for pods in everything),
            f"{kind.noun} {kind.name} taints",
            kind.node_taints,
            "no workload can run on its machines, which would stay empty",
        )


def room_of_node(kind: Kind, cluster: Cluster) -> Headroom:
    """Return what a node leaves to pods, that of the smallest of its kind's types."""
    daemons = requests_per_node(cluster.add_ons, with_gpus=kind.has_gpus)
    machines = kind.machines
    room = Headroom(
        cpu_milli=min(m.allocatable_cpu_milli for m in machines) - daemons.cpu_milli,
        memory_mib=min(m.allocatable_memory_mib for m in machines) - daemons.memory_mib,
        pods=min(m.max_pods for m in machines) - daemons.pods,
        gpus=kind.gpus,
    )
    plugin = DEVICE_PLUGIN_RESOURCES
    if kind.has_gpus:
        room -= Headroom(cpu_milli=plugin.cpu_milli, memory_mib=plugin.memory_mib)
    return room


def _check_add_ons(cluster: Cluster) -> None:
    nodes = [
        _Node(kind=group, left=room_of_node(group, cluster), workloads=set())
        for group in cluster.common_groups
        for _ in range(group.minimum)
    ]
    require(
        all(_place(pod, "", nodes, one_per_node=False) for pod in _pods_of_add_ons(cluster)),
        "cluster add_ons",
        cluster.add_ons,
        f"their pods do not fit {_names(cluster.common_groups)} at the minimum",
    )


def _check_pods(workload: Pods, nodes: Sequence[_Node], cluster: Cluster) -> None:
    """Place the pods of a workload or step, and require that each has found a node."""
    name, pod = f"workload {workload.name}", _pod(workload)
    kinds = [one for one in cluster.node_kinds if _admits(one, workload)]
    require(
        kinds,
        f"{name} placement",
        _written(workload.placement),
        "no machine has these labels, only tolerated taints and as many GPUs as a pod asks for",
    )
    placed = sum(
        _place(pod, workload.name, nodes, one_per_node=workload.placement.one_per_node)
        for _ in range(workload.most)
    )
    room = "; ".join(f"a node of {one.name} has {room_of_node(one, cluster)}" for one in kinds)
    require(
        placed == workload.most,
        f"{name} most pods",
        workload.most,
        f"{placed} of them fit {_names(kinds)} at the largest, beside "
        f"other workloads ({room}); add nodes or lower the maximum",
    )
    for kind in kinds:
        _check_end(kind, workload)
        _check_gpu_memory(kind, workload)


def _check_start(workload: Workload, cluster: Cluster) -> None:
    """Require time for a first node to start."""
    for kind in cluster.node_kinds:
        require(
            not _admits(kind, workload)
            or kind.minimum > 0
            or workload.rollout.scheduled_within >= _NODE_START_SECONDS,
            f"workload {workload.name} rollout scheduled_within",
            workload.rollout.scheduled_within,
            f"{kind.noun} {kind.name} may be empty, and a machine takes up to "
            f"{_NODE_START_SECONDS} s to start",
        )


def _check_end(kind: Kind, workload: Pods) -> None:
    """Require time to end before a spot node does."""
    require(
        not kind.spot or workload.termination_grace < _SPOT_NOTICE_SECONDS,
        f"workload {workload.name} termination_grace",
        workload.termination_grace,
        f"a spot machine of {kind.name} is gone {_SPOT_NOTICE_SECONDS} s after its notice",
    )


def _check_gpu_memory(kind: Kind, workload: Pods) -> None:
    """Require that a pod's share of a GPU has room for what it loads."""
    if workload.gpus == 0:
        return
    share = min(machine.gpu_memory_mib for machine in kind.machines) // kind.pods_per_gpu
    sharing = f"gives each of {kind.pods_per_gpu} pods {share} MiB of a GPU"
    require(
        workload.gpu_memory_mib <= share,
        f"workload {workload.name} gpu_memory_mib",
        workload.gpu_memory_mib,
        f"{kind.noun} {kind.name} {sharing}; share it among fewer"
        if kind.gpu_sharing
        else f"a GPU of {kind.noun} {kind.name} has {share} MiB",
    )


def _admits(kind: Kind, workload: Pods) -> bool:
    """Whether nodes are such as the pods ask for, as the scheduler's filters judge it."""
    placement = workload.placement
    return (
        placement.node_selector.items() <= kind.node_labels.items()
        and kind.node_taints.items() <= placement.tolerations.items()
        and kind.gpus >= workload.gpus
        and kind.has_gpus == (workload.gpus > 0)
    )


def _place(pod: Headroom, name: str, nodes: Sequence[_Node], *, one_per_node: bool) -> bool:
    """Give a pod to the first node with room; say whether one had it."""
    for node in nodes:
        left = node.left - pod
        if left.is_enough and not (one_per_node and name in node.workloads):
            node.left = left
            node.workloads.add(name)
            return True
    return False


def _pods_of_add_ons(cluster: Cluster) -> list[Headroom]:
    """Return the pods of controllers, which run on the groups for all."""
    return [
        Headroom(cpu_milli=pods.cpu_milli, memory_mib=pods.memory_mib)
        for name in cluster.add_ons
        for pods in add_on(name).pods
        if pods.kind == "Deployment"
        for _ in range(pods.replicas)
    ]


def _pod(workload: Pods) -> Headroom:
    size = workload.resources
    return Headroom(cpu_milli=size.cpu_milli, memory_mib=size.memory_mib, gpus=workload.gpus)


def _size(workload: Pods) -> tuple[int, int, int]:
    return (workload.gpus, workload.resources.cpu_milli, workload.resources.memory_mib)


def _written(placement: Placement) -> str:
    wanted = ", ".join(f"{key}={value}" for key, value in placement.node_selector.items())
    return wanted or "any node"


def _names(kinds: Sequence[Kind]) -> str:
    return ", ".join(f"{kind.noun} {kind.name}" for kind in kinds)
