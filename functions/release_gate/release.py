"""The properties of the custom resource: a cluster, and a release in its namespaces."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

KINDS = ("Deployment", "StatefulSet", "DaemonSet", "Job", "Rollout")


@dataclass(frozen=True, kw_only=True)
class GatedWorkload:
    """A rollout or a Job that the release waits for, and its timeouts in seconds."""

    namespace: str
    kind: str
    name: str
    scheduled_within: int
    """How long a pod may be unschedulable: longer where a node has to start first."""
    ready_within: int
    """How long a running container may be unready; of a Job, how long it may run."""
    limit: int
    """How long the rollout or Job may take in all, counted from the start of the release."""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            message = f"{self.name}: Kind is {self.kind!r}, it must be one of {', '.join(KINDS)}"
            raise ValueError(message)

    @classmethod
    def from_properties(cls, properties: Mapping[str, Any]) -> Self:
        """Read one entry of Workloads; CloudFormation turns numbers into strings."""
        return cls(
            namespace=properties["Namespace"],
            kind=properties["Kind"],
            name=properties["Name"],
            scheduled_within=int(properties["ScheduledWithinSeconds"]),
            ready_within=int(properties["ReadyWithinSeconds"]),
            limit=int(properties["LimitSeconds"]),
        )


@dataclass(frozen=True, kw_only=True)
class GatedRelease:
    """All workloads and services of one stack, and the cluster that runs them."""

    cluster: str
    endpoint: str
    certificate_authority: str
    """The cluster's CA: PEM in base64, as EKS gives it."""
    workloads: tuple[GatedWorkload, ...]
    services: tuple[tuple[str, str], ...]
    """Namespaces and names of services that must have at least one ready endpoint."""

    def __post_init__(self) -> None:
        if not self.workloads:
            message = f"{self.cluster}: Workloads is empty, a release waits for at least one"
            raise ValueError(message)

    @classmethod
    def from_properties(cls, properties: Mapping[str, Any]) -> Self:
        return cls(
            cluster=properties["ClusterName"],
            endpoint=properties["Endpoint"],
            certificate_authority=properties["CertificateAuthority"],
            workloads=tuple(map(GatedWorkload.from_properties, properties["Workloads"])),
            services=tuple((item["Namespace"], item["Name"]) for item in properties["Services"]),
        )

    @property
    def namespaces(self) -> tuple[str, ...]:
        own = (workload.namespace for workload in self.workloads)
        return tuple(dict.fromkeys([*own, *(namespace for namespace, _ in self.services)]))

    def has_rollouts(self, namespace: str) -> bool:
        """Whether Argo's kinds are to be read there: a cluster without them does not know them."""
        return any((one.namespace, one.kind) == (namespace, "Rollout") for one in self.workloads)

    @property
    def name(self) -> str:
        """Physical id of the custom resource."""
        return f"{self.cluster}/{','.join(self.namespaces)}"

    @property
    def limit(self) -> int:
        """Seconds after which the whole release has failed: those of its slowest workload."""
        return max(workload.limit for workload in self.workloads)
