"""A system in one environment: everything that is decided about it."""

import re
from dataclasses import dataclass

from catalog import UnknownFactError, kubernetes_version
from settings import capacity
from settings.addresses import require_client_range, require_vpc_range
from settings.checks import SettingError, require, require_name, require_unique
from settings.data import ModelStore, MySql, Valkey
from settings.exposure import Domain, LoadBalancer
from settings.gpu import Audio2Face
from settings.nodes import NodeGroup
from settings.workloads import CpuService

_FEWEST_ZONES = 2
"""EKS, RDS and the load balancer each refuse fewer."""


@dataclass(frozen=True, kw_only=True)
class Network:
    """The VPC: its address range, zones and ways out."""

    cidr: str
    zones: tuple[str, ...]
    nat_gateways: int

    def __post_init__(self) -> None:
        """Check the address range and the zones."""
        require_vpc_range("network cidr", self.cidr)
        require_unique("network zone", self.zones)
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
        require_unique("cluster api_cidrs", self.api_cidrs)
        for cidr in self.api_cidrs:
            require_client_range("cluster api_cidrs", cidr)

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
        require(
            re.fullmatch(r"[A-Z][A-Za-z0-9]*", self.environment),
            "environment",
            self.environment,
            "use letters and digits after a capital, as Prod",
        )
        require_name("namespace", self.namespace)
        require(
            self.namespace != "default" and not self.namespace.startswith("kube-"),
            "namespace",
            self.namespace,
            "use one of its own, this is Kubernetes'",
        )
        for zone in self.network.zones:
            require(
                re.fullmatch(rf"{re.escape(self.region)}[a-z]", zone),
                "network zone",
                zone,
                f"must be region {self.region} and one letter",
            )
        require_unique("providers", self.providers)
        self._check_services()
        self._check_certificate()
        capacity.check_services(self.services, self.cluster.cpu_groups)
        capacity.check_audio2face(self.audio2face, self.cluster.gpu_groups)

    @property
    def name(self) -> str:
        """The name of the stack that deploys it all."""
        return f"Avadot{self.environment}"

    def _check_services(self) -> None:
        require(self.services, "services", self.services, "give at least one")
        require_unique("service name", [service.name for service in self.services])
        require_unique("service component", [service.component for service in self.services])
        for service in self.services:
            require(
                service.name != self.audio2face.name,
                "service name",
                service.name,
                "the Audio2Face server has it, choose another",
            )
            sharing = [other.name for other in self.services if other.port == service.port]
            require(
                service.port is None or len(sharing) == 1,
                "service port",
                service.port,
                f"{' and '.join(sharing)} need one each",
            )
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
