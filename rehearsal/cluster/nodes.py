"""Brings node groups to their size, drains nodes as EKS does, and takes them away."""

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from http import HTTPStatus
from typing import Protocol

from lightkube import ApiError, Client
from lightkube.models.meta_v1 import DeleteOptions, ObjectMeta, Preconditions
from lightkube.resources.core_v1 import Node, Pod, PodEviction

from rehearsal.cluster.api_errors import CONFLICT
from rehearsal.cluster.machine import INTERNAL_IP, ZONE_LABEL
from rehearsal.cluster.node_group import NODE_GROUP_LABEL, NodeTaint, PlayedNodeGroup
from rehearsal.cluster.objects import (
    has_owner_of_kind,
    labels_of,
    name_of,
    namespace_of,
    spec_of,
    uid_of,
)

__all__ = ["HasClient", "NodeTaint", "PlayedNodeGroup", "drain", "enter", "join", "leave", "renew"]

_FIRST_HOST = 10
_LAST_HOST = 250
_ADDRESSES_OF_A_ZONE = 16
"""Zone number n has nodes in 10.0.(16 n).0/24; pods live in another range."""


class HasClient(Protocol):
    """Whatever can be asked for a client of the cluster."""

    def client(self) -> Client:
        """Return a client with all rights."""


def join(cluster: HasClient, group: PlayedNodeGroup) -> tuple[str, ...]:
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


def renew(
    cluster: HasClient,
    group: PlayedNodeGroup,
    await_ready: Callable[[Sequence[str]], None],
    timeout_seconds: float,
) -> None:
    """Replace the nodes of a group, as EKS does: one after the other, each by a new one first.

    Raises `RuntimeError` if a disruption budget holds a node's pods for longer than the timeout.
    """
    client = cluster.client()
    for node in sorted(_nodes_of(client, group.name), key=_age):
        name = name_of(node)
        made = _create(client, group, labels_of(node)[ZONE_LABEL])
        await_ready([name_of(made)])
        drain(client, {name}, timeout_seconds)
        if held := _movable_pods(client, {name}):
            pods = ", ".join(sorted(map(name_of, held)))
            message = f"PodEvictionFailure: {pods} could not be evicted from {name}"
            raise RuntimeError(message)
        client.delete(Node, name)


def leave(cluster: HasClient, name: str) -> None:
    """Take all nodes of a node group away; the control plane collects what ran there."""
    client = cluster.client()
    for node in _nodes_of(client, name):
        client.delete(Node, name_of(node))


def zones_to_fill(group: PlayedNodeGroup, present: Sequence[Node]) -> Iterator[str]:
    """Name the zone of each node that is missing: always the one that has fewest."""
    zones = list(dict.fromkeys(group.zones))
    filled = Counter(labels_of(node)[ZONE_LABEL] for node in present)
    for _ in range(group.size - len(present)):
        zone = min(zones, key=lambda zone: filled[zone])
        filled[zone] += 1
        yield zone


def _create(client: Client, group: PlayedNodeGroup, zone: str) -> Node:
    return enter(client, zone, lambda address: group.node(zone=zone, address=address))


def enter(client: Client, zone: str, node_at: Callable[[str], Node]) -> Node:
    """Create a node at an address of its zone that no other has."""
    taken = {_address(node) for node in client.list(Node)}
    for address in _addresses(zone):
        if address not in taken:
            try:
                return client.create(node_at(address))
            except ApiError as error:
                if error.status.code != CONFLICT:
                    raise
    message = f"zone {zone} has no address left for a node"
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


_SECONDS_BETWEEN_TRIES = 0.5
_NOT_NOW = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT)


def drain(client: Client, nodes: Collection[str], timeout_seconds: float) -> None:
    """Let no pod start on these nodes, and evict those that could run elsewhere."""
    for node in nodes:
        client.patch(Node, node, {"spec": {"unschedulable": True}})
    deadline = time.monotonic() + timeout_seconds
    while (pods := _movable_pods(client, nodes)) and time.monotonic() < deadline:
        for pod in pods:
            _evict(client, pod)
        time.sleep(_SECONDS_BETWEEN_TRIES)


def _movable_pods(client: Client, nodes: Collection[str]) -> list[Pod]:
    """Return the pods on these nodes that are not bound to them by a DaemonSet."""
    return [
        pod
        for pod in client.list(Pod, namespace="*")
        if spec_of(pod).nodeName in nodes and not has_owner_of_kind(pod, "DaemonSet")
    ]


def _evict(client: Client, pod: Pod) -> None:
    """Ask for an eviction, which a disruption budget may refuse for now.

    Of this very pod: a StatefulSet may have made one of the same name on another node meanwhile.
    """
    eviction = PodEviction(
        metadata=ObjectMeta(name=name_of(pod), namespace=namespace_of(pod)),
        deleteOptions=DeleteOptions(preconditions=Preconditions(uid=uid_of(pod))),
    )
    try:
        client.create(eviction, name_of(pod))
    except ApiError as error:
        if error.status.code not in _NOT_NOW:
            raise
