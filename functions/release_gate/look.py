"""One look at a namespace: everything a verdict is made of."""

from dataclasses import dataclass
from datetime import datetime

from .kube import Namespace
from .objects import KubeObject


@dataclass(frozen=True, kw_only=True)
class Look:
    """The objects of a namespace as they were at one moment."""

    at: datetime
    pods: list[KubeObject]
    replica_sets: list[KubeObject]
    deployments: list[KubeObject]
    stateful_sets: list[KubeObject]
    services: list[KubeObject]
    endpoint_slices: list[KubeObject]
    warnings: list[KubeObject]
    """Events of type Warning."""


def look_at(namespace: Namespace, now: datetime) -> Look:
    """Read a namespace, pods first.

    The order matters. A pod whose revision is not the one that a *later* reading of its owner
    calls current is certainly outdated. The other way round, a pod of a revision that was applied
    between the two readings would look outdated while it is the newest.
    """
    pods = namespace.list("v1", "pods")
    replica_sets = namespace.list("apps/v1", "replicasets")
    return Look(
        at=now,
        pods=pods,
        replica_sets=replica_sets,
        deployments=namespace.list("apps/v1", "deployments"),
        stateful_sets=namespace.list("apps/v1", "statefulsets"),
        services=namespace.list("v1", "services"),
        endpoint_slices=namespace.list("discovery.k8s.io/v1", "endpointslices"),
        warnings=namespace.list("v1", "events", fieldSelector="type=Warning"),
    )
