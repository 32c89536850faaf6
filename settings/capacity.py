"""Whether the pods fit the machines, by what a node can allocate and not by what it has."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalog import requests_of_add_ons
from settings.analyzers import Analyzer
from settings.checks import require
from settings.cluster import Cluster
from settings.gpu import Audio2Face
from settings.nodes import NodeGroup
from settings.workloads import CpuService, Resources


@dataclass(frozen=True, kw_only=True)
class Room:
    """CPU in thousandths of a core, memory in MiB, and places for pods."""

    cpu_milli: int
    memory_mib: int
    pods: int

    def without(self, pod: Resources) -> "Room":
        """Return what a pod leaves; below 0 in some figure, if it does not fit."""
        return Room(
            cpu_milli=self.cpu_milli - pod.cpu_milli,
            memory_mib=self.memory_mib - pod.memory_mib,
            pods=self.pods - 1,
        )

    @property
    def is_there(self) -> bool:
        """Whether nothing is overdrawn."""
        return min(self.cpu_milli, self.memory_mib, self.pods) >= 0


def room_of_node(group: NodeGroup, cluster: Cluster) -> Room:
    """Return what a node of a group leaves to pods, the smallest of its types if it has several."""
    daemons = requests_of_add_ons(cluster.add_ons).per_node
    machines = group.machines
    return Room(
        cpu_milli=min(m.allocatable_cpu_milli for m in machines) - daemons.cpu_milli,
        memory_mib=min(m.allocatable_memory_mib for m in machines) - daemons.memory_mib,
        pods=min(m.max_pods for m in machines) - daemons.pods,
    )


def room_for_services(cluster: Cluster) -> Room:
    """Sum what the groups for all pods offer at their smallest, without what the add-ons take."""
    controllers = requests_of_add_ons(cluster.add_ons).per_cluster
    nodes = [(g.minimum, room_of_node(g, cluster)) for g in cluster.common_groups]
    return Room(
        cpu_milli=sum(n * room.cpu_milli for n, room in nodes) - controllers.cpu_milli,
        memory_mib=sum(n * room.memory_mib for n, room in nodes) - controllers.memory_mib,
        pods=sum(n * room.pods for n, room in nodes) - controllers.pods,
    )


def check_add_ons(cluster: Cluster) -> None:
    """Require room for the cluster's own pods on machines that are always there."""
    room = room_for_services(cluster)
    require(
        room.is_there,
        "cluster add_ons",
        cluster.add_ons,
        f"node groups {_names(cluster.common_groups)} at their minimum do not hold them "
        f"(left are {room.cpu_milli} cpu_milli, {room.memory_mib} memory_mib, {room.pods} pods)",
    )


def check_services(services: Sequence[CpuService], cluster: Cluster) -> None:
    """Require that every service at its autoscaler's maximum fits the groups for all pods."""
    room = room_for_services(cluster)
    pods = [(service, service.autoscaling.maximum) for service in services]
    for field, wanted, offered in (
        ("cpu_milli", sum(n * s.resources.cpu_milli for s, n in pods), room.cpu_milli),
        ("memory_mib", sum(n * s.resources.memory_mib for s, n in pods), room.memory_mib),
        ("pods", sum(n for _, n in pods), room.pods),
    ):
        require(
            wanted <= offered,
            f"services at autoscaler maximum, {field}",
            wanted,
            f"node groups {_names(cluster.common_groups)} leave {offered} after add-ons; "
            "add nodes or lower the maximum",
        )


def check_audio2face(server: Audio2Face, cluster: Cluster) -> None:
    """Require a node of its own, with enough GPUs, for every Audio2Face pod."""
    fitting = [group for group in cluster.gpu_groups if group.gpus >= server.gpus]
    nodes = sum(group.minimum for group in fitting)
    require(
        server.replicas <= nodes,
        "audio2face replicas",
        server.replicas,
        f"each needs a node of its own with {server.gpus} GPU, and there are {nodes}",
    )
    for group in fitting:
        room = room_of_node(group, cluster)
        for field, wanted, offered in (
            ("cpu_milli", server.resources.cpu_milli, room.cpu_milli),
            ("memory_mib", server.resources.memory_mib, room.memory_mib),
        ):
            require(
                wanted <= offered,
                f"audio2face {field}",
                wanted,
                f"a node of {group.name} leaves {offered} after add-ons",
            )


def check_analyzers(analyzers: Sequence[Analyzer], cluster: Cluster) -> None:
    """Require that all analysers at their maximum fit the machines kept for them at theirs.

    The largest pods are placed first, each on the first node with room: what fits so, fits.
    """
    nodes = {
        group.workload: [room_of_node(group, cluster)] * group.maximum
        for group in cluster.dedicated_groups
    }
    for analyzer in sorted(analyzers, key=lambda a: a.resources.cpu_milli, reverse=True):
        rooms = nodes.get(analyzer.workload)
        require(
            rooms,
            f"analyzer {analyzer.name} workload",
            analyzer.workload,
            "no node group is kept for it",
        )
        placed = sum(_place(analyzer.resources, rooms or []) for _ in range(_most(analyzer)))
        require(
            placed == _most(analyzer),
            f"analyzer {analyzer.name} scaling maximum",
            _most(analyzer),
            f"the machines for {analyzer.workload} at their maximum hold {placed} of its pods; "
            "add nodes or lower the maximum",
        )


def _most(analyzer: Analyzer) -> int:
    return analyzer.scaling.maximum


def _place(pod: Resources, rooms: list[Room]) -> bool:
    """Take the pod's part of the first room that has it; say whether one had."""
    for number, room in enumerate(rooms):
        left = room.without(pod)
        if left.is_there:
            rooms[number] = left
            return True
    return False


def _names(groups: Sequence[NodeGroup]) -> str:
    return ", ".join(group.name for group in groups)
