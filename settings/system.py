"""A system in one environment: everything that is decided about it."""

import ipaddress
from dataclasses import dataclass

from catalog import UnknownFactError, kubernetes_version
from settings import capacity
from settings.checks import SettingError, require, require_name, require_unique
from settings.data import ModelStore, MySql, Valkey
from settings.exposure import Domain, LoadBalancer
from settings.gpu import Audio2Face
from settings.nodes import NodeGroup
from settings.workloads import CpuService

_FEWEST_ZONES = 2
"""EKS, RDS and the load balancer each refuse fewer."""
_VPC_PREFIXES = range(16, 22)
"""From AWS' largest VPC to the smallest that holds six subnets and a pod address each."""


@dataclass(frozen=True, kw_only=True)
class Network:
    """The VPC: its address range, zones and ways out."""

    cidr: str
    zones: tuple[str, ...]
    nat_gateways: int

    def __post_init__(self) -> None:
        """Check the address range and the zones."""
        try:
            network = ipaddress.ip_network(self.cidr)
        except ValueError as error:
            message = f"network cidr is {self.cidr!r}: {error}"
            raise SettingError(message) from None
        require(
            network.is_private and network.prefixlen in _VPC_PREFIXES,
            "network cidr",
            self.cidr,
            f"use a private range from /{_VPC_PREFIXES.start} to /{_VPC_PREFIXES.stop - 1}",
        )
        require_unique("network zone", list(self.zones))
        require(
            len(self.zones) >= _FEWEST_ZONES,
            "network zones",
            self.zones,
            f"EKS and RDS need at least {_FEWEST_ZONES}",
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
    api_cidrs: tuple[str, ...] = ()
    """Who may reach the API server from the internet; nobody, if empty."""

    def __post_init__(self) -> None:
        """Check the version, the groups and the address ranges."""
        require_name("cluster name", self.name)
        try:
            kubernetes_version(self.kubernetes)
        except UnknownFactError as error:
            message = f"cluster {self.name}: {error}"
            raise SettingError(message) from None
        require_unique("node group name", [group.name for group in self.node_groups])
        require(
            any(not group.has_gpus for group in self.node_groups),
            "cluster node_groups",
            [group.name for group in self.node_groups],
            "one must be without GPUs, for the services and the cluster's own pods",
        )
        for cidr in self.api_cidrs:
            try:
                prefix = ipaddress.ip_network(cidr).prefixlen
            except ValueError as error:
                message = f"cluster api_cidrs has {cidr!r}: {error}"
                raise SettingError(message) from None
            require(prefix > 0, "cluster api_cidrs", cidr, "do not open the API to the world")

    @property
    def cpu_groups(self) -> tuple[NodeGroup, ...]:
        """The groups for ordinary pods."""
        return tuple(group for group in self.node_groups if not group.has_gpus)

    @property
    def gpu_groups(self) -> tuple[NodeGroup, ...]:
        """The groups kept for pods that ask for a GPU."""
        return tuple(group for group in self.node_groups if group.has_gpus)


@dataclass(frozen=True, kw_only=True)
class Avadot:
    """Avadot in one environment."""

    environment: str
    """`Prod`, `Dev`: ends the names of the stacks."""
    region: str
    namespace: str
    retained: bool
    """Whether data stores survive `cdk destroy`; only throw-away environments say no."""
    network: Network
    cluster: Cluster
    mysql: MySql
    valkey: Valkey
    model_store: ModelStore
    providers: tuple[str, ...]
    """Outside services whose keys are kept in Secrets Manager."""
    services: tuple[CpuService, ...]
    audio2face: Audio2Face
    load_balancer: LoadBalancer

    def __post_init__(self) -> None:
        """Check what no part can check alone."""
        require(self.environment.isalnum(), "environment", self.environment, "use letters, as Prod")
        require_name("namespace", self.namespace)
        for zone in self.network.zones:
            require(
                zone[:-1] == self.region,
                "network zone",
                zone,
                f"must lie in region {self.region}",
            )
        self._check_services()
        self._check_certificate()
        capacity.check_services(self.services, self.cluster.cpu_groups)
        capacity.check_audio2face(self.audio2face, self.cluster.gpu_groups)

    @property
    def name(self) -> str:
        """The name of the stack that deploys it all."""
        return f"Avadot{self.environment}"

    def _check_services(self) -> None:
        require_unique("service name", [service.name for service in self.services])
        ports = [service.port for service in self.services if service.port is not None]
        require_unique("service port", [str(port) for port in ports])
        for service in self.services:
            for provider in service.provider_secrets:
                require(
                    provider in self.providers,
                    f"service {service.name} provider_secrets",
                    provider,
                    f"must be one of the system's providers {', '.join(self.providers)}",
                )

    def _check_certificate(self) -> None:
        match self.load_balancer.names:
            case Domain(certificate_arn=arn):
                require(
                    arn.split(":")[3] == self.region,
                    "domain certificate_arn",
                    arn,
                    f"the load balancer takes certificates of its own region {self.region}",
                )
            case _:
                pass
