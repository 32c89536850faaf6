"""What workloads find around them: values that only the place they run in can know.

All are plain strings, so a cloud may hand in placeholders that it fills when it deploys.
"""

from collections.abc import Mapping
from dataclasses import dataclass

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

    def version(self, image: Image) -> str:  # noqa: ARG002 - all builds are called alike
        """Return what a developer calls his build."""
        return self.tag


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """Something outside the cluster, in these address ranges."""

    cidrs: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Pods:
    """Something inside the namespace, known by its name label."""

    name: str


@dataclass(frozen=True, kw_only=True)
class Database:
    """Where MySQL answers, and the name of the database in it."""

    host: str
    port: int
    name: str
    location: Addresses | Pods


@dataclass(frozen=True, kw_only=True)
class Cache:
    """Where the Redis-compatible cache answers."""

    host: str
    port: int
    tls: bool
    location: Addresses | Pods


@dataclass(frozen=True, kw_only=True)
class SecretsStore:
    """AWS Secrets Manager, read by the Secrets Store CSI driver with the pod's own role.

    `arns` has `mysql` (JSON with `username` and `password`), `valkey` (a plain token) and one
    plain key for each provider.
    """

    region: str
    arns: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class KubernetesSecret:
    """A Secret in the namespace, with one entry for each file that services read."""

    name: str


@dataclass(frozen=True, kw_only=True)
class Entrance:
    """The load balancer in front of the services, and the subnets that it sends from."""

    load_balancer: LoadBalancer
    cidrs: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class NodePorts:
    """No load balancer: each service answers on this port of every node."""

    ports: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class Zones:
    """Nodes in several zones, with metrics: pods are spread, scaled and kept from going at once."""


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
        """The place of the engines as a URL."""
        return f"s3://{self.bucket}/{self.engines_prefix}"


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """Everything that a workload is told about the place it runs in."""

    images: Registry | BuiltHere
    database: Database
    cache: Cache
    secrets: SecretsStore | KubernetesSecret
    entrance: Entrance | NodePorts
    nodes: Zones | OneNode


@dataclass(frozen=True, kw_only=True)
class Work:
    """Where an analyser finds its image, its messages and the uploads that they name."""

    images: Registry
    region: str
    queue_url: str
    bucket: str
    prefix: str
