"""Whether the pods fit the machines, by what a node can allocate and not by what it has."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalog import requests_of_add_ons
from settings.checks import require
from settings.gpu import Audio2Face
from settings.nodes import NodeGroup
from settings.workloads import CpuService


@dataclass(frozen=True, kw_only=True)
class Room:
    """CPU in thousandths of a core, memory in MiB, and places for pods."""

    cpu_milli: int
    memory_mib: int
    pods: int


def room_for_services(groups: Sequence[NodeGroup]) -> Room:
    """Sum what the groups offer at their smallest, without what the add-ons take."""
    add_ons = requests_of_add_ons()
    nodes = sum(group.minimum for group in groups)
    return Room(
        cpu_milli=sum(g.minimum * g.machine.allocatable_cpu_milli for g in groups)
        - nodes * add_ons.per_node.cpu_milli
        - add_ons.per_cluster.cpu_milli,
        memory_mib=sum(g.minimum * g.machine.allocatable_memory_mib for g in groups)
        - nodes * add_ons.per_node.memory_mib
        - add_ons.per_cluster.memory_mib,
        pods=sum(g.minimum * g.machine.max_pods for g in groups)
        - nodes * add_ons.per_node.pods
        - add_ons.per_cluster.pods,
    )


def check_services(services: Sequence[CpuService], groups: Sequence[NodeGroup]) -> None:
    """Require that every service at its autoscaler's maximum fits the CPU groups."""
    room = room_for_services(groups)
    pods = [(service, service.autoscaling.maximum) for service in services]
    names = ", ".join(group.name for group in groups)
    for field, wanted, offered in (
        ("cpu_milli", sum(n * s.resources.cpu_milli for s, n in pods), room.cpu_milli),
        ("memory_mib", sum(n * s.resources.memory_mib for s, n in pods), room.memory_mib),
        ("pods", sum(n for _, n in pods), room.pods),
    ):
        require(
            wanted <= offered,
            f"services at autoscaler maximum, {field}",
            wanted,
            f"node groups {names} leave {offered} after add-ons; add nodes or lower the maximum",
        )


def check_audio2face(server: Audio2Face, groups: Sequence[NodeGroup]) -> None:
    """Require a node of its own, with enough GPUs, for every Audio2Face pod."""
    fitting = [group for group in groups if group.machine.gpus >= server.gpus]
    nodes = sum(group.minimum for group in fitting)
    require(
        server.replicas <= nodes,
        "audio2face replicas",
        server.replicas,
        f"each needs a node of its own with {server.gpus} GPU, and there are {nodes}",
    )
    per_node = requests_of_add_ons().per_node
    for group in fitting:
        cpu = group.machine.allocatable_cpu_milli - per_node.cpu_milli
        memory = group.machine.allocatable_memory_mib - per_node.memory_mib
        require(
            server.resources.cpu_milli <= cpu,
            "audio2face cpu_milli",
            server.resources.cpu_milli,
            f"a node of {group.name} leaves {cpu} after add-ons",
        )
        require(
            server.resources.memory_mib <= memory,
            "audio2face memory_mib",
            server.resources.memory_mib,
            f"a node of {group.name} leaves {memory} after add-ons",
        )
