"""Empties nodes before they go, as EKS does with those of a node group."""

import time
from collections.abc import Collection
from http import HTTPStatus

from lightkube import ApiError, Client
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import Node, Pod, PodEviction

from rehearsal.cluster.objects import has_owner_of_kind, name_of, namespace_of, spec_of

_SECONDS_BETWEEN_TRIES = 0.5


def drain(client: Client, nodes: Collection[str], patience_seconds: float) -> None:
    """Let no pod start on these nodes, and evict those that could run elsewhere."""
    for node in nodes:
        client.patch(Node, node, {"spec": {"unschedulable": True}})
    deadline = time.monotonic() + patience_seconds
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
    """Ask for an eviction, which a disruption budget may refuse for now."""
    eviction = PodEviction(metadata=ObjectMeta(name=name_of(pod), namespace=namespace_of(pod)))
    try:
        client.create(eviction, name_of(pod))
    except ApiError as error:
        if error.status.code not in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.NOT_FOUND):
            raise
