"""Avadot's deployment context."""

from dataclasses import dataclass

from charts.context import (
    Addresses,
    AlbIngress,
    Context,
    KubernetesSecret,
    NodePorts,
    OneNode,
    Pods,
    SecretsStore,
    Zones,
)


@dataclass(frozen=True, kw_only=True)
class DatabaseEndpoint:
    """Where MySQL answers, and the name of the database in it."""

    host: str
    port: int
    name: str
    location: Addresses | Pods


@dataclass(frozen=True, kw_only=True)
class CacheEndpoint:
    """Where the Redis-compatible cache answers."""

    host: str
    port: int
    tls: bool
    location: Addresses | Pods


@dataclass(frozen=True, kw_only=True)
class ServiceContext(Context):
    """What conversation services and Audio2Face are told.

    `secrets` has the sources `mysql` (JSON with `username` and `password`), `valkey` (a plain
    token) and one plain key for each provider.
    """

    database: DatabaseEndpoint
    cache: CacheEndpoint
    secrets: SecretsStore | KubernetesSecret
    exposure: AlbIngress | NodePorts
    nodes: Zones | OneNode
