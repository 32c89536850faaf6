"""The properties of the custom resource: a cluster, and what of a release is in which namespace."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

KINDS = ("Deployment", "StatefulSet")


@dataclass(frozen=True, kw_only=True)
class GatedWorkload:
    """A rollout that the release waits for, and its timeouts in seconds."""

    kind: str
    name: str
    scheduled_within: int
    """How long a pod may be unschedulable: longer where a node has to start first."""
    ready_within: int
    """How long a running container may be unready."""
    limit: int
    """How long the rollout may take in all, counted from the start of the release."""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            message = f"{self.name}: Kind is {self.kind!r}, it must be one of {', '.join(KINDS)}"
            raise ValueError(message)

    @classmethod
    def from_properties(cls, properties: Mapping[str, Any]) -> Self:
        """Read one entry of Workloads; CloudFormation turns numbers into strings."""
        return cls(
            kind=properties["Kind"],
            name=properties["Name"],
            scheduled_within=int(properties["ScheduledWithinSeconds"]),
            ready_within=int(properties["ReadyWithinSeconds"]),
            limit=int(properties["LimitSeconds"]),
        )


@dataclass(frozen=True, kw_only=True)
class GatedNamespace:
    """The workloads and services of the release in one namespace."""

    name: str
    workloads: tuple[GatedWorkload, ...]
    services: tuple[str, ...]
    """Services that must have at least one ready endpoint."""

    @classmethod
    def from_properties(cls, properties: Mapping[str, Any]) -> Self:
        """Read one entry of Namespaces."""
        return cls(
            name=properties["Name"],
            workloads=tuple(map(GatedWorkload.from_properties, properties["Workloads"])),
            services=tuple(properties["Services"]),
        )


@dataclass(frozen=True, kw_only=True)
class GatedRelease:
    """All workloads and services of one stack, and the cluster that runs them."""

    cluster: str
    endpoint: str
    certificate_authority: str
    """The cluster's CA: PEM in base64, as EKS gives it."""
    namespaces: tuple[GatedNamespace, ...]

    def __post_init__(self) -> None:
        if not self.workloads:
            message = f"{self.name}: Workloads is empty, a release waits for at least one"
            raise ValueError(message)

    @classmethod
    def from_properties(cls, properties: Mapping[str, Any]) -> Self:
        return cls(
            cluster=properties["ClusterName"],
            endpoint=properties["Endpoint"],
            certificate_authority=properties["CertificateAuthority"],
            namespaces=tuple(map(GatedNamespace.from_properties, properties["Namespaces"])),
        )

    @property
    def name(self) -> str:
        """Physical id of the custom resource."""
        return f"{self.cluster}/{','.join(namespace.name for namespace in self.namespaces)}"

    @property
    def workloads(self) -> tuple[GatedWorkload, ...]:
        return tuple(item for namespace in self.namespaces for item in namespace.workloads)

    @property
    def limit(self) -> int:
        """Seconds after which the whole release has failed: those of its slowest workload."""
        return max(workload.limit for workload in self.workloads)
