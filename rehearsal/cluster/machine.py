"""A machine, and the Node object that its kubelet registers."""

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

ZONE_LABEL = "topology.kubernetes.io/zone"
INTERNAL_IP = "InternalIP"
_PLAYED = "played by the rehearsal"
_MIB_PER_GIB = 1024
_EVICTION_SHARE_OF_DISK = 0.1
_RESERVED_DISK_MIB = 1024
"""The kubelet of an EKS image keeps 10 % of the disk and 1 GiB (read from a node's figures)."""


@dataclass(frozen=True, kw_only=True)
class PlayedMachine:
    """A machine in a zone, with the labels and taints that its kubelet is told."""

    instance_id: str
    instance_type: str
    zone: str
    address: str
    disk_gib: int
    labels: Mapping[str, str] = field(default_factory=dict)
    taints: Sequence[Taint] = ()
    kubelet: str = kubernetes_release(DEFAULT_KUBERNETES)
    """Release of the kubelet in its image, as 1.36.3."""

    @property
    def name(self) -> str:
        """Its private DNS name, and the name of its node."""
        return f"ip-{self.address.replace('.', '-')}.{_region(self.zone)}.compute.internal"

    def node(self) -> Node:
        """Make the Node that it registers."""
        return Node(
            metadata=ObjectMeta(name=self.name, labels=self._labels()),
            spec=NodeSpec(
                providerID=f"aws:///{self.zone}/{self.instance_id}", taints=list(self.taints)
            ),
            status=NodeStatus(
                capacity=self._capacity(),
                allocatable=self._allocatable(),
                addresses=[
                    NodeAddress(type=INTERNAL_IP, address=self.address),
                    NodeAddress(type="Hostname", address=self.name),
                ],
                daemonEndpoints=NodeDaemonEndpoints(),
                nodeInfo=_system_info(self.instance_id, self.kubelet),
            ),
        )

    @property
    def _type(self) -> InstanceType:
        return instance_type(self.instance_type)

    def _labels(self) -> dict[str, str]:
        return {
            **self.labels,
            "kubernetes.io/hostname": self.name,
            "kubernetes.io/os": "linux",
            "kubernetes.io/arch": "amd64",
            "node.kubernetes.io/instance-type": self.instance_type,
            "topology.kubernetes.io/region": _region(self.zone),
            ZONE_LABEL: self.zone,
            "topology.ebs.csi.aws.com/zone": self.zone,
            RUNNING_KUBELET[0]: RUNNING_KUBELET[1],
        }

    def _capacity(self) -> dict[str, str]:
        return {
            "cpu": str(self._type.vcpu),
            "memory": f"{self._type.memory_mib}Mi",
            "pods": str(self._type.max_pods),
            "ephemeral-storage": f"{self.disk_gib}Gi",
        }

    def _allocatable(self) -> dict[str, str]:
        disk_mib = self.disk_gib * _MIB_PER_GIB
        storage = int(disk_mib * (1 - _EVICTION_SHARE_OF_DISK)) - _RESERVED_DISK_MIB
        return {
            "cpu": f"{self._type.allocatable_cpu_milli}m",
            "memory": f"{self._type.allocatable_memory_mib}Mi",
            "pods": str(self._type.max_pods),
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
