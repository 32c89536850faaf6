"""What every system stands on: a network, and in it a cluster with its machines."""

import re
from dataclasses import dataclass

from catalog import UnknownFactError, add_on, kubernetes_version
from settings.addresses import require_client_range, require_vpc_range
from settings.checks import SettingError, require, require_name, require_unique
from settings.images import Image
from settings.node_pools import NodePool
from settings.nodes import NodeGroup
from settings.workloads import Resources, Rollout

_NODES_BEHIND = 3
"""Minor versions that a kubelet may be older than the API server (Kubernetes' version skew)."""
_FEWEST_ZONES = 2
"""EKS, RDS and the load balancer each refuse fewer."""
_MOST_ZONES = 3
"""As many as the network has ranges for."""
NETWORKING_ADD_ONS = ("vpc-cni", "kube-proxy", "eks-pod-identity-agent")
"""Without the first two no node becomes ready, without the third no pod gets its role."""
_NODE_AUTOSCALER = "karpenter"
DEVICE_PLUGIN_RESOURCES = Resources(
    cpu_milli=10, memory_mib=64, cpu_limit_milli=200, memory_limit_mib=128
)
"""Of the pod that NVIDIA's device plugin has on each node with GPUs."""
STEP_EXECUTOR_RESOURCES = Resources(
    cpu_milli=50, memory_mib=64, cpu_limit_milli=500, memory_limit_mib=256
)
"""Of the containers that Argo Workflows puts beside a step's own, before it and while it runs."""
DEVICE_PLUGIN_ROLLOUT = Rollout(ready_within=120, limit=600)
"""Its image is pulled by each node as it comes."""


@dataclass(frozen=True, kw_only=True)
class Network:
    """The VPC: its address range, zones and ways out."""

    cidr: str
    zones: tuple[str, ...]
    nat_gateways: int

    def __post_init__(self) -> None:
        require_vpc_range("network cidr", self.cidr)
        require_unique("network zone", self.zones)
        require(
            len(self.zones) >= _FEWEST_ZONES,
            "network zones",
            self.zones,
            f"EKS and RDS need at least {_FEWEST_ZONES}",
        )
        require(
            len(self.zones) <= _MOST_ZONES,
            "network zones",
            self.zones,
            f"the network has ranges for {_MOST_ZONES}",
        )
        require(
            1 <= self.nat_gateways <= len(self.zones),
            "network nat_gateways",
            self.nat_gateways,
            f"must be from 1 to one for each of the {len(self.zones)} zones",
        )


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """The EKS cluster and its machines."""

    name: str
    """People type it, so it is fixed; everything else is named by CloudFormation."""
    kubernetes: str
    node_groups: tuple[NodeGroup, ...]
    add_ons: tuple[str, ...]
    """What is installed before the first workload, by the catalog's names."""
    device_plugin: Image | None = None
    """NVIDIA's device plugin, which tells Kubernetes of the GPUs, if machines have some."""
    node_pools: tuple[NodePool, ...] = ()
    """Machines that come and go with the pods, beside those that are always there."""
    api_cidrs: tuple[str, ...] = ()
    """Who may reach the API server from the internet; nobody, if empty."""

    def __post_init__(self) -> None:
        require_name("cluster name", self.name)
        try:
            kubernetes_version(self.kubernetes)
        except UnknownFactError as error:
            message = f"cluster {self.name}: {error}"
            raise SettingError(message) from None
        require_unique("node group name", [group.name for group in self.node_groups])
        require_unique("node pool name", [pool.name for pool in self.node_pools])
        require(
            self.common_groups,
            "cluster node_groups",
            [group.name for group in self.node_groups],
            "one must be without GPUs and without taints, for the cluster's own pods",
        )
        require(
            (self.device_plugin is not None) == any(kind.has_gpus for kind in self.node_kinds),
            "cluster device_plugin",
            self.device_plugin and self.device_plugin.reference,
            "name its image where machines have GPUs, and only there",
        )
        for group in self.node_groups:
            self._check_version(group)
        self._check_add_ons()
        require_unique("cluster api_cidrs", self.api_cidrs)
        for cidr in self.api_cidrs:
            require_client_range("cluster api_cidrs", cidr)

    def _check_version(self, group: NodeGroup) -> None:
        version = self.version_of(group)
        major, minor = self.kubernetes.split(".")
        allowed = [f"{major}.{int(minor) - behind}" for behind in range(_NODES_BEHIND + 1)]
        require(
            version in allowed,
            f"node group {group.name} kubernetes",
            version,
            f"must be one of {', '.join(allowed)}: nodes are never newer than their cluster",
        )
        require(
            group.image is None or re.fullmatch(rf"{re.escape(version)}\.\d+-\d{{8}}", group.image),
            f"node group {group.name} image",
            group.image,
            f"write a release of EKS' image for Kubernetes {version}, as {version}.1-20261120",
        )

    def version_of(self, group: NodeGroup) -> str:
        """Return the Kubernetes version of a group's nodes."""
        return group.kubernetes or self.kubernetes

    def _check_add_ons(self) -> None:
        require_unique("cluster add_ons", self.add_ons)
        require(
            set(NETWORKING_ADD_ONS) <= set(self.add_ons),
            "cluster add_ons",
            self.add_ons,
            f"{', '.join(NETWORKING_ADD_ONS)} must be among them, else no pod can run",
        )
        try:
            for name in self.add_ons:
                add_on(name)
        except UnknownFactError as error:
            message = f"cluster {self.name}: {error}"
            raise SettingError(message) from None
        require(
            (_NODE_AUTOSCALER in self.add_ons) == bool(self.node_pools),
            "cluster add_ons",
            self.add_ons,
            f"{_NODE_AUTOSCALER} must be among them where there are node pools, and only there",
        )

    @property
    def node_kinds(self) -> tuple[NodeGroup | NodePool, ...]:
        """All machines, those that are always there first."""
        return (*self.node_groups, *self.node_pools)

    @property
    def common_groups(self) -> tuple[NodeGroup, ...]:
        """The groups for all pods, the cluster's own among them."""
        return tuple(group for group in self.node_groups if not group.node_taints)

    @property
    def gpu_kinds(self) -> tuple[NodeGroup | NodePool, ...]:
        """The machines with GPUs."""
        return tuple(kind for kind in self.node_kinds if kind.has_gpus)
