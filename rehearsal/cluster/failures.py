"""Failures of nodes: zones that are lost and come back, spot nodes that AWS takes away."""

import time

from lightkube import Client
from lightkube.resources.core_v1 import Node

from rehearsal.cluster.components import RUNNING_KUBELET
from rehearsal.cluster.node_group import ZONE_LABEL
from rehearsal.cluster.nodes import HasClient, drain
from rehearsal.cluster.objects import name_of


def lose_zone(cluster: HasClient, zone: str) -> tuple[str, ...]:
    """Stop the heartbeats of all nodes of a zone, and return their names.

    The control plane notices after 20 seconds, taints them, and evicts their pods 5 seconds later.
    """
    return _set_power(cluster.client(), zone, on=False)


def restore_zone(cluster: HasClient, zone: str) -> tuple[str, ...]:
    """Let the nodes of a zone report again, and return their names."""
    return _set_power(cluster.client(), zone, on=True)


def take_spot_node(cluster: HasClient, node: str, notice_seconds: float) -> None:
    """Take a machine away as AWS does: EKS drains it during the notice, then it is gone.

    The notice is two minutes in reality.
    """
    client = cluster.client()
    end = time.monotonic() + notice_seconds
    drain(client, {node}, notice_seconds)
    time.sleep(max(0.0, end - time.monotonic()))
    client.delete(Node, node)


def _set_power(client: Client, zone: str, *, on: bool) -> tuple[str, ...]:
    label, running = RUNNING_KUBELET
    names = tuple(name_of(node) for node in client.list(Node, labels={ZONE_LABEL: zone}))
    for name in names:
        client.patch(Node, name, {"metadata": {"labels": {label: running if on else "stopped"}}})
    return names
