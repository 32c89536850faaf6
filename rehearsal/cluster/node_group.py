"""A managed node group, and the Node objects of its machines."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lightkube.models.core_v1 import (
    NodeAddress,
    NodeDaemonEndpoints,
    NodeSpec,
    NodeStatus,
    NodeSystemInfo,
    Taint,
)
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import Node

from catalog import InstanceType, instance_type
from rehearsal.cluster.components import RUNNING_KUBELET
from rehearsal.toolchain import DEFAULT_KUBERNETES, kubernetes_release

NODE_GROUP_LABEL = "eks.amazonaws.com/nodegroup"
ZONE_LABEL = "topology.kubernetes.io/zone"
INTERNAL_IP = "InternalIP"

_KUBERNETES_EFFECTS = {
    "NO_SCHEDULE": "NoSchedule",
    "NO_EXECUTE": "NoExecute",
    "PREFER_NO_SCHEDULE": "PreferNoSchedule",
}
_PLAYED = "played by the rehearsal"
_MIB_PER_GIB = 1024
_EVICTION_SHARE_OF_DISK = 0.1
_RESERVED_DISK_MIB = 1024
"""The kubelet of an EKS image keeps 10 % of the disk and 1 GiB (read from a node's figures)."""


@dataclass(frozen=True, kw_only=True)
class NodeTaint:
    """A taint as CloudFormation spells it: NO_SCHEDULE, NO_EXECUTE or PREFER_NO_SCHEDULE."""

    key: str
    effect: str
    value: str = ""

    def to_kubernetes(self) -> Taint:
        return Taint(key=self.key, value=self.value, effect=_KUBERNETES_EFFECTS[self.effect])


@dataclass(frozen=True, kw_only=True)
class PlayedNodeGroup:
    """A managed node group.

    `zones` are those of its subnets, one entry for each; `disk_gib` is the root volume, which EKS
    makes 20 GiB large if nothing is said.
    """

    name: str
    instance_type: str
    size: int
    zones: Sequence[str]
    disk_gib: int = 20
    labels: Mapping[str, str] = field(default_factory=dict)
    taints: Sequence[NodeTaint] = ()
    capacity_type: str = "ON_DEMAND"
    kubelet: str = kubernetes_release(DEFAULT_KUBERNETES)
    """Release of the kubelet in its image, as 1.36.3."""

    @property
    def machine(self) -> InstanceType:
        return instance_type(self.instance_type)

    def node(self, *, zone: str, address: str) -> Node:
        """Make the Node that a machine of this group in a zone registers."""
        name = f"ip-{address.replace('.', '-')}.{_region(zone)}.compute.internal"
        instance_id = f"i-{hashlib.sha256(f'{self.name}/{name}'.encode()).hexdigest()[:17]}"
        return Node(
            metadata=ObjectMeta(name=name, labels=self._labels(name, zone)),
            spec=NodeSpec(
                providerID=f"aws:///{zone}/{instance_id}",
                taints=[taint.to_kubernetes() for taint in self.taints],
            ),
            status=NodeStatus(
                capacity=self._capacity(),
                allocatable=self._allocatable(),
                addresses=[
                    NodeAddress(type=INTERNAL_IP, address=address),
                    NodeAddress(type="Hostname", address=name),
                ],
                daemonEndpoints=NodeDaemonEndpoints(),
                nodeInfo=_system_info(instance_id, self.kubelet),
            ),
        )

    def _labels(self, name: str, zone: str) -> dict[str, str]:
        return {
            **self.labels,
            NODE_GROUP_LABEL: self.name,
            "eks.amazonaws.com/capacityType": self.capacity_type,
            "kubernetes.io/hostname": name,
            "kubernetes.io/os": "linux",
            "kubernetes.io/arch": "amd64",
            "node.kubernetes.io/instance-type": self.instance_type,
            "topology.kubernetes.io/region": _region(zone),
            ZONE_LABEL: zone,
            "topology.ebs.csi.aws.com/zone": zone,
            RUNNING_KUBELET[0]: RUNNING_KUBELET[1],
        }

    def _capacity(self) -> dict[str, str]:
        return {
            "cpu": str(self.machine.vcpu),
            "memory": f"{self.machine.memory_mib}Mi",
            "pods": str(self.machine.max_pods),
            "ephemeral-storage": f"{self.disk_gib}Gi",
        }

    def _allocatable(self) -> dict[str, str]:
        disk_mib = self.disk_gib * _MIB_PER_GIB
        storage = int(disk_mib * (1 - _EVICTION_SHARE_OF_DISK)) - _RESERVED_DISK_MIB
        return {
            "cpu": f"{self.machine.allocatable_cpu_milli}m",
            "memory": f"{self.machine.allocatable_memory_mib}Mi",
            "pods": str(self.machine.max_pods),
            "ephemeral-storage": f"{storage}Mi",
        }


def _region(zone: str) -> str:
    return zone[:-1]


def _system_info(instance_id: str, kubelet: str) -> NodeSystemInfo:
    return NodeSystemInfo(
        architecture="amd64",
        operatingSystem="linux",
        kubeletVersion=f"v{kubelet}",
        kubeProxyVersion="",
        containerRuntimeVersion=_PLAYED,
        kernelVersion=_PLAYED,
        osImage=_PLAYED,
        machineID=instance_id,
        systemUUID=instance_id,
        bootID=instance_id,
    )
