"""Empties nodes before they go, as EKS does with those of a node group."""

import time
from http import HTTPStatus

from lightkube import ApiError, Client
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import Node, Pod, PodEviction

from rehearsal.cluster.node_group import NODE_GROUP_LABEL
from rehearsal.cluster.objects import metadata, name_of, namespace_of, spec_of

_PATIENCE_SECONDS = 60.0
"""EKS waits a quarter of an hour for pods that a disruption budget holds back; then it goes on."""
_SECONDS_BETWEEN_TRIES = 0.5


def drain(client: Client, group: str) -> None:
    """Let no pod start on the nodes of a group, and evict those that could run elsewhere."""
    nodes = {name_of(node) for node in client.list(Node, labels={NODE_GROUP_LABEL: group})}
    for node in nodes:
        client.patch(Node, node, {"spec": {"unschedulable": True}})
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while (pods := _movable_pods(client, nodes)) and time.monotonic() < deadline:
        for pod in pods:
            _evict(client, pod)
        time.sleep(_SECONDS_BETWEEN_TRIES)


def _movable_pods(client: Client, nodes: set[str]) -> list[Pod]:
    """Return the pods on these nodes that are not bound to them by a DaemonSet."""
    return [
        pod
        for pod in client.list(Pod, namespace="*")
        if spec_of(pod).nodeName in nodes and not _is_of_daemon_set(pod)
    ]


def _is_of_daemon_set(pod: Pod) -> bool:
    return any(owner.kind == "DaemonSet" for owner in metadata(pod).ownerReferences or [])


def _evict(client: Client, pod: Pod) -> None:
    """Ask for an eviction, which a disruption budget may refuse for now."""
    eviction = PodEviction(metadata=ObjectMeta(name=name_of(pod), namespace=namespace_of(pod)))
    try:
        client.create(eviction, name_of(pod))
    except ApiError as error:
        if error.status.code not in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.NOT_FOUND):
            raise
