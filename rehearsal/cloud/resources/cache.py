"""ElastiCache: behind a replication group of Valkey stands a real server."""

from collections.abc import Callable, Mapping
from typing import Any

from ministack.services import elasticache

from rehearsal.cloud.patches import Patch, private
from rehearsal.cloud.patches.cloudformation import Properties, operation
from rehearsal.cloud.valkey import Caches, NewCache

GROUPS = private(elasticache, "_replication_groups")
ENGINE = "valkey"
_TYPE = "AWS::ElastiCache::ReplicationGroup"
_PASSWORD = "_AuthToken"  # noqa: S105 - the name of the field that keeps it
_PORT = 6379
_ENDPOINTS = ("PrimaryEndpoint", "ReaderEndpoint")
_Operation = Callable[..., tuple[str, Any]]


def patches(caches: Caches) -> list[Patch]:
    """Start a server for each group of Valkey, and let its endpoints be the server's.

    What needs another group replaces it; another password is not offered, since clients and
    server would have to change it at once.
    """
    lacks = "a cache is a record to which nobody can connect"

    def create(original: _Operation) -> _Operation:
        def made(logical_id: str, properties: Properties, stack: str) -> tuple[str, Any]:
            name, attributes = original(logical_id, properties, stack)
            if GROUPS[name]["Engine"] != ENGINE:
                return name, attributes
            return name, attributes | _start(caches, name, properties)

        return made

    def delete(original: Callable[..., None]) -> Callable[..., None]:
        def gone(name: str, properties: Properties) -> None:
            caches.stop(name)
            original(name, properties)

        return gone

    return [
        operation(_TYPE, "create", "d66e61a74b72", create, corrects=lacks),
        operation(_TYPE, "delete", "021b108373c2", delete, corrects=lacks),
    ]


def endpoint_of(group: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return address and port of a group's primary."""
    primary: Mapping[str, Any] = group["NodeGroups"][0]["PrimaryEndpoint"]
    return primary


def cache_of(group: Mapping[str, Any]) -> NewCache:
    """Return what a server of a group is started with."""
    return NewCache(port=endpoint_of(group)["Port"], password=group[_PASSWORD])


def _start(caches: Caches, name: str, properties: Properties) -> dict[str, str]:
    group, port = GROUPS[name], int(properties.get("Port", _PORT))
    group[_PASSWORD] = properties.get("AuthToken") or ""
    address = caches.start(name, NewCache(port=port, password=group[_PASSWORD]))
    for shard in group["NodeGroups"]:
        endpoint = {"Address": address, "Port": port}
        shard.update(dict.fromkeys(_ENDPOINTS, endpoint))
        for member in shard["NodeGroupMembers"]:
            member["ReadEndpoint"] = endpoint
    return {
        f"{one}.{part}": value
        for one in ("PrimaryEndPoint", "ReaderEndPoint")
        for part, value in (("Address", address), ("Port", str(port)))
    }
