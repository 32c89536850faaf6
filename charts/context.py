"""Deployment context: registry, endpoints, secrets, address ranges, buckets.

All are plain strings, so CDK tokens may be passed in. What only one system needs extends `Context`
in its folder.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from charts.objects import Identity
from settings.exposure import LoadBalancer
from settings.images import Image


@dataclass(frozen=True, kw_only=True)
class Registry:
    """A registry that holds every image; they are named by digest."""

    host: str

    def reference(self, image: Image) -> str:
        """Return what the kubelet is to pull."""
        return f"{self.host}/{image.reference}"

    def version(self, image: Image) -> str:
        """Return the name of what the digest was pinned for."""
        return image.tag


@dataclass(frozen=True, kw_only=True)
class BuiltHere:
    """Images that a developer has built, named by repository and tag."""

    tag: str

    def reference(self, image: Image) -> str:
        """Return what the kubelet is to find on its machine."""
        return f"{image.repository}:{self.tag}"

    def version(self, image: Image) -> str:  # noqa: ARG002 - all builds have one tag
        return self.tag


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """Something outside the cluster, in these address ranges."""

    cidrs: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Pods:
    """Something inside the cluster, known by its name label."""

    name: str
    namespace: str | None = None
    """That of who asks, if none is given."""


@dataclass(frozen=True, kw_only=True)
class SecretsStore:
    """AWS Secrets Manager, read by the Secrets Store CSI driver with the pod's own role.

    `arns` has each secret by the name that a `Credential` calls its source.
    """

    region: str
    arns: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class KubernetesSecret:
    """A Secret in the namespace, with one entry for each file that workloads read."""

    name: str


@dataclass(frozen=True, kw_only=True)
class AlbIngress:
    """One Application Load Balancer in front of the services, and the subnets it sends from."""

    load_balancer: LoadBalancer
    cidrs: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class NodePorts:
    """No load balancer: each service answers on this port of every node."""

    ports: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class Zones:
    """Nodes in several zones, with metrics: pods are spread, autoscaled and evicted one by one."""


@dataclass(frozen=True, kw_only=True)
class OneNode:
    """A developer's machine, without zones or metrics: one pod of each service."""


@dataclass(frozen=True, kw_only=True)
class ModelFiles:
    """Where in S3 the models lie, which content of them is meant, and where engines are shared."""

    region: str
    bucket: str
    models_prefix: str
    models_version: str
    engines_prefix: str

    @property
    def engines(self) -> str:
        """The engines' prefix as a URL."""
        return f"s3://{self.bucket}/{self.engines_prefix}"


@dataclass(frozen=True, kw_only=True)
class Context:
    """What every workload is told about the place it runs in."""

    system: str
    """The system's label."""
    namespace: str
    images: Registry | BuiltHere

    def identity(self, name: str, image: Image, *, component: str | None = None) -> Identity:
        """Identify a workload of this place; its component is its name, unless one is given."""
        return Identity(
            system=self.system,
            namespace=self.namespace,
            name=name,
            component=component or name,
            version=self.images.version(image),
        )
