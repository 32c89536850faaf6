"""What CloudFormation asks of the gate: one release, with its workloads and services."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

KINDS = ("Deployment", "StatefulSet")


@dataclass(frozen=True, kw_only=True)
class Workload:
    """A rollout that the release waits for, and its limits in seconds."""

    kind: str
    name: str
    scheduled_within: int
    """How long a pod may wait for a node: longer where a machine has to start first."""
    ready_within: int
    """How long a running container may stay unready."""
    limit: int
    """How long the rollout may take in all, counted from the start of the release."""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            message = f"{self.name}: Kind is {self.kind!r}, it must be one of {', '.join(KINDS)}"
            raise ValueError(message)

    @classmethod
    def from_properties(cls, properties: Mapping[str, Any]) -> Self:
        """Read one entry of Workloads; CloudFormation hands numbers over as strings."""
        return cls(
            kind=properties["Kind"],
            name=properties["Name"],
            scheduled_within=int(properties["ScheduledWithinSeconds"]),
            ready_within=int(properties["ReadyWithinSeconds"]),
            limit=int(properties["LimitSeconds"]),
        )


@dataclass(frozen=True, kw_only=True)
class Release:
    """All workloads and services of one stack, and the cluster that runs them."""

    cluster: str
    endpoint: str
    certificate_authority: str
    """The cluster's CA: PEM in base64, as EKS gives it."""
    namespace: str
    workloads: tuple[Workload, ...]
    services: tuple[str, ...]
    """Services that must have at least one ready endpoint."""

    def __post_init__(self) -> None:
        if not self.workloads:
            message = f"{self.name}: Workloads is empty, a release waits for at least one"
            raise ValueError(message)

    @classmethod
    def from_properties(cls, properties: Mapping[str, Any]) -> Self:
        """Read the properties of the custom resource."""
        return cls(
            cluster=properties["ClusterName"],
            endpoint=properties["Endpoint"],
            certificate_authority=properties["CertificateAuthority"],
            namespace=properties["Namespace"],
            workloads=tuple(map(Workload.from_properties, properties["Workloads"])),
            services=tuple(properties["Services"]),
        )

    @property
    def name(self) -> str:
        """Name under which CloudFormation knows the release."""
        return f"{self.cluster}/{self.namespace}"

    @property
    def limit(self) -> int:
        """Seconds after which the whole release has failed: those of its slowest workload."""
        return max(workload.limit for workload in self.workloads)
