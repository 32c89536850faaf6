"""The nodes that a node group brings, as they will register."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from catalog import InstanceType, instance_type
from plan.model.assembly import Assembly, Resource
from plan.model.failure import reading
from plan.model.quantities import CPU, MEMORY, MIB, PODS, STORAGE, Amounts
from plan.model.selectors import NODE_NAME, Labels
from plan.model.taints import (
    NO_EXECUTE,
    NO_SCHEDULE,
    PREFER_NO_SCHEDULE,
    Taint,
)
from plan.model.templates import HOSTNAME, ZONE

NODE_GROUP = "AWS::EKS::Nodegroup"
_EFFECTS = {
    "NO_SCHEDULE": NO_SCHEDULE,
    "NO_EXECUTE": NO_EXECUTE,
    "PREFER_NO_SCHEDULE": PREFER_NO_SCHEDULE,
}
SCALING = {"MinSize": 1, "DesiredSize": 2, "MaxSize": 2}
MACHINE = "t3.medium"
DISK_GIB = 20
"""What EKS takes where a node group says nothing."""
_SPOT = "SPOT"
_FIGURES = ("gpus", "allocatable_cpu_milli", "allocatable_memory_mib", "max_pods")
_EVICTION_SHARE_OF_DISK = 0.1
_RESERVED_DISK_MIB = 1024
"""The kubelet of an EKS image keeps 10 % of the disk and 1 GiB (read from a node's figures)."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Node:
    """A node with what it can give to pods."""

    name: str
    number: int
    """Of those of its group, from zero."""
    group: str
    zone: str
    labels: Labels = field(repr=False)
    taints: tuple[Taint, ...] = field(repr=False)
    allocatable: Amounts = field(repr=False)
    gpus: int
    """How many the machine has; pods get them from the device plugin only."""


@dataclass(frozen=True, eq=False, kw_only=True)
class NodeGroup:
    """Nodes of one kind: a managed node group, or a node pool of Karpenter."""

    resource: Resource = field(repr=False)
    """What makes it; of a node pool, what applies its objects."""
    name: str
    types: tuple[str, ...]
    is_spot: bool
    grows: bool
    """Whether nodes are added for pods that wait."""
    machine: InstanceType
    minimum: int
    desired: int
    maximum: int
    subnets: tuple[str, ...]
    zones: tuple[str, ...]
    disk_gib: int
    labels: Labels = field(repr=False)
    taints: tuple[Taint, ...] = field(repr=False)

    def nodes(self, size: int) -> Iterator[Node]:
        """Make nodes, spread over the zones as the scaling group does, the first zone first."""
        for number in range(size):
            yield self.node(number, self.zones[number % len(self.zones)])

    def node(self, number: int, zone: str) -> Node:
        name = f"{self.name}-{number + 1}"
        return Node(
            name=name,
            number=number,
            group=self.name,
            zone=zone,
            labels={**self.labels, **_place_labels(name, zone)},
            taints=self.taints,
            allocatable={
                CPU: self.machine.allocatable_cpu_milli,
                MEMORY: self.machine.allocatable_memory_mib * MIB,
                STORAGE: _allocatable_storage(self.disk_gib),
                PODS: self.machine.max_pods,
            },
            gpus=self.machine.gpus,
        )


def node_group(resource: Resource, assembly: Assembly) -> NodeGroup:
    """Read a node group; raise `PlanError` if the catalog does not know its machines."""
    with reading(f"node group {resource.service} in stack {resource.stack}"):
        return _node_group(resource, assembly)


def group_name(resource: Resource, assembly: Assembly) -> str:
    """Return the name of a node group, else its construct, or its path where two have one."""
    alike = [
        one
        for one in assembly.of_type(NODE_GROUP)
        if (one.stack, one.service) == (resource.stack, resource.service)
    ]
    fallback = resource.service if len(alike) == 1 else resource.path
    return str(resource.properties.get("NodegroupName") or fallback)


def _node_group(resource: Resource, assembly: Assembly) -> NodeGroup:
    properties = resource.properties
    scaling = {**SCALING, **properties.get("ScalingConfig", {})}
    template = launch_template(resource, assembly)
    name = group_name(resource, assembly)
    capacity = str(properties.get("CapacityType", "ON_DEMAND"))
    machine = _machine(properties, template, capacity)
    subnets = tuple(map(str, properties.get("Subnets") or ()))
    is_arm = "ARM" in str(properties.get("AmiType", ""))
    return NodeGroup(
        resource=resource,
        name=name,
        types=tuple(properties.get("InstanceTypes") or [machine.name]),
        is_spot=capacity == _SPOT,
        grows=False,
        machine=machine,
        minimum=int(scaling["MinSize"]),
        desired=int(scaling["DesiredSize"]),
        maximum=int(scaling["MaxSize"]),
        subnets=subnets,
        zones=tuple(dict.fromkeys(zone_of(resource, one, assembly) for one in subnets or ("",))),
        disk_gib=_disk_gib(properties, template),
        labels={
            **properties.get("Labels", {}),
            "eks.amazonaws.com/nodegroup": name,
            "eks.amazonaws.com/capacityType": capacity,
            "kubernetes.io/os": "linux",
            "kubernetes.io/arch": "arm64" if is_arm else "amd64",
            "node.kubernetes.io/instance-type": machine.name,
        },
        taints=tuple(_taint(document) for document in properties.get("Taints", ())),
    )


def _place_labels(name: str, zone: str) -> dict[str, str]:
    return {
        NODE_NAME: name,
        HOSTNAME: name,
        ZONE: zone,
        "topology.kubernetes.io/region": zone[:-1],
        "topology.ebs.csi.aws.com/zone": zone,
    }


def _machine(
    properties: Mapping[str, Any], template: Mapping[str, Any], capacity: str
) -> InstanceType:
    """Choose on demand the type named first, as EKS does, and for spot what any type can hold."""
    fallback = template.get("InstanceType", MACHINE)
    types = [instance_type(name) for name in properties.get("InstanceTypes") or [fallback]]
    return smallest(types) if capacity == _SPOT else types[0]


def smallest(types: Sequence[InstanceType]) -> InstanceType:
    """Return what a machine of any of some types can hold, under the name of the first."""
    least = {figure: min(getattr(one, figure) for one in types) for figure in _FIGURES}
    return replace(types[0], **least)


def launch_template(resource: Resource, assembly: Assembly) -> Mapping[str, Any]:
    named = resource.properties.get("LaunchTemplate", {}).get("Id", "")
    target = assembly.target(resource.stack, str(named))
    data: Mapping[str, Any] = target.properties.get("LaunchTemplateData", {}) if target else {}
    return data


def _disk_gib(properties: Mapping[str, Any], template: Mapping[str, Any]) -> int:
    for mapping in template.get("BlockDeviceMappings", ()):
        return int(mapping.get("Ebs", {}).get("VolumeSize", DISK_GIB))
    return int(properties.get("DiskSize", DISK_GIB))


def _allocatable_storage(disk_gib: int) -> int:
    return (int(disk_gib * 1024 * (1 - _EVICTION_SHARE_OF_DISK)) - _RESERVED_DISK_MIB) * MIB


def zone_of(resource: Resource, subnet: str, assembly: Assembly) -> str:
    """Name the zone of a subnet; one that the assembly does not hold stands for its own zone."""
    target = assembly.target(resource.stack, subnet)
    return str(target.properties.get("AvailabilityZone", subnet)) if target else subnet


def _taint(document: Mapping[str, str]) -> Taint:
    return Taint(
        key=document["Key"],
        value=document.get("Value") or "",
        effect=_EFFECTS[document["Effect"]],
    )
