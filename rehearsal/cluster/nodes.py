"""Brings node groups to their size and takes them away."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Protocol

from lightkube import ApiError, Client
from lightkube.resources.core_v1 import Node

from rehearsal.cluster.answers import CONFLICT
from rehearsal.cluster.node_group import (
    INTERNAL_IP,
    NODE_GROUP_LABEL,
    ZONE_LABEL,
    NodeGroup,
    NodeTaint,
)
from rehearsal.cluster.objects import labels_of, name_of

__all__ = ["HasClient", "NodeGroup", "NodeTaint", "join", "leave"]

_FIRST_HOST = 10
_LAST_HOST = 250
_ADDRESSES_OF_A_ZONE = 16
"""Zone number n has nodes in 10.0.(16 n).0/24; pods live in another range."""


class HasClient(Protocol):
    """Whatever can be asked for a client of the cluster."""

    def client(self) -> Client:
        """Return a client with all rights."""


def join(cluster: HasClient, group: NodeGroup) -> tuple[str, ...]:
    """Bring a node group to its size, spread over its zones, and return the names of its nodes.

    Where there are too many, the newest leave first.
    """
    client = cluster.client()
    present = sorted(_nodes_of(client, group.name), key=_age)
    for node in present[group.size :]:
        client.delete(Node, name_of(node))
    stay = present[: group.size]
    made = [_create(client, group, zone) for zone in zones_to_fill(group, stay)]
    return tuple(name_of(node) for node in [*stay, *made])


def leave(cluster: HasClient, name: str) -> None:
    """Take all nodes of a node group away; the control plane collects what ran there."""
    client = cluster.client()
    for node in _nodes_of(client, name):
        client.delete(Node, name_of(node))


def zones_to_fill(group: NodeGroup, present: Sequence[Node]) -> Iterator[str]:
    """Name the zone of each node that is missing: always the one that has fewest."""
    zones = list(dict.fromkeys(group.zones))
    filled = Counter(labels_of(node)[ZONE_LABEL] for node in present)
    for _ in range(group.size - len(present)):
        zone = min(zones, key=lambda zone: filled[zone])
        filled[zone] += 1
        yield zone


def _create(client: Client, group: NodeGroup, zone: str) -> Node:
    taken = {_address(node) for node in client.list(Node)}
    for address in _addresses(zone):
        if address not in taken:
            try:
                return client.create(group.node(zone=zone, address=address))
            except ApiError as error:
                if error.status.code != CONFLICT:
                    raise
    message = f"zone {zone} has no address left for a node of {group.name}"
    raise ValueError(message)


def _addresses(zone: str) -> Iterator[str]:
    network = (ord(zone[-1]) - ord("a")) * _ADDRESSES_OF_A_ZONE
    return (f"10.0.{network}.{host}" for host in range(_FIRST_HOST, _LAST_HOST))


def _nodes_of(client: Client, group: str) -> list[Node]:
    return list(client.list(Node, labels={NODE_GROUP_LABEL: group}))


def _address(node: Node) -> str | None:
    addresses = (node.status.addresses if node.status else None) or []
    return next((a.address for a in addresses if a.type == INTERNAL_IP), None)


def _age(node: Node) -> tuple[str, str]:
    created = node.metadata.creationTimestamp if node.metadata else None
    return (created.isoformat() if created else "", name_of(node))
