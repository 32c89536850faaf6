"""The nodes of a cluster: what each offers, and what is placed on it."""

from collections import Counter
from collections.abc import Sequence

from lightkube import Client
from lightkube.resources.core_v1 import Node, Pod
from rich.table import Table

from rehearsal.cluster.node_group import ZONE_LABEL
from rehearsal.cluster.objects import is_node_ready, labels_of, name_of, namespace_of, spec_of

_SYSTEM = "kube-"
_GPU = "nvidia.com/gpu"
_TYPE = "node.kubernetes.io/instance-type"


def nodes_table(client: Client) -> Table:
    """List the nodes of the cluster with their pods."""
    table = Table(title="Nodes", title_justify="left")
    for column in ("node", "zone", "type", "offers", "pods"):
        table.add_column(column)
    pods = list(client.list(Pod, namespace="*"))
    for node in sorted(client.list(Node), key=_place):
        labels, name = labels_of(node), name_of(node)
        table.add_row(
            f"{name.split('.', maxsplit=1)[0]}{'' if is_node_ready(node) else ' (not ready)'}",
            labels.get(ZONE_LABEL),
            labels.get(_TYPE),
            _offer(node),
            _placed([pod for pod in pods if spec_of(pod).nodeName == name]),
        )
    return table


def _place(node: Node) -> tuple[str, str, str]:
    labels = labels_of(node)
    return labels.get(_TYPE, ""), labels.get(ZONE_LABEL, ""), name_of(node)


def _offer(node: Node) -> str:
    offered = (node.status and node.status.allocatable) or {}
    gpus = int(offered.get(_GPU, "0"))
    return f"{offered.get('cpu')} {offered.get('memory')}{f' {gpus} GPU' if gpus else ''}"


def _placed(pods: Sequence[Pod]) -> str:
    """Name the pods by what they belong to; those of the system are only counted."""
    own = Counter(
        labels_of(pod).get("app.kubernetes.io/name", name_of(pod))
        for pod in pods
        if not namespace_of(pod).startswith(_SYSTEM)
    )
    names = [name if count == 1 else f"{name} x{count}" for name, count in sorted(own.items())]
    system = len(pods) - own.total()
    return ", ".join([*names, f"{system} of the system"] if system else names)
