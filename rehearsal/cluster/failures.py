"""Failures of nodes: zones that are lost and come back."""

from lightkube import Client
from lightkube.resources.core_v1 import Node

from rehearsal.cluster.components import RUNNING_KUBELET
from rehearsal.cluster.machine import ZONE_LABEL
from rehearsal.cluster.nodes import HasClient
from rehearsal.cluster.objects import name_of


def lose_zone(cluster: HasClient, zone: str) -> tuple[str, ...]:
    """Stop the heartbeats of all nodes of a zone, and return their names.

    The control plane notices after 20 seconds, taints them, and evicts their pods 5 seconds later.
    """
    return _set_power(cluster.client(), zone, on=False)


def restore_zone(cluster: HasClient, zone: str) -> tuple[str, ...]:
    """Let the nodes of a zone report again, and return their names."""
    return _set_power(cluster.client(), zone, on=True)


def _set_power(client: Client, zone: str, *, on: bool) -> tuple[str, ...]:
    label, running = RUNNING_KUBELET
    names = tuple(name_of(node) for node in client.list(Node, labels={ZONE_LABEL: zone}))
    for name in names:
        client.patch(Node, name, {"metadata": {"labels": {label: running if on else "stopped"}}})
    return names
