"""The workloads of a cluster, and how many pods of each serve."""

from lightkube import Client
from lightkube.resources.apps_v1 import DaemonSet, Deployment, StatefulSet
from rich.table import Table

from rehearsal.cluster.objects import name_of, namespace_of

_SYSTEM = "kube-"


def workloads_table(client: Client) -> Table:
    """List Deployments, StatefulSets and DaemonSets outside the system's namespaces."""
    table = Table(title="Workloads", title_justify="left")
    table.add_column("namespace")
    table.add_column("workload")
    table.add_column("kind")
    table.add_column("ready", justify="right")
    found = [
        *map(_replicated_row, client.list(Deployment, namespace="*")),
        *map(_replicated_row, client.list(StatefulSet, namespace="*")),
        *map(_daemon_row, client.list(DaemonSet, namespace="*")),
    ]
    for row in sorted(found):
        if not row[0].startswith(_SYSTEM):
            table.add_row(*row)
    return table


def _replicated_row(item: Deployment | StatefulSet) -> tuple[str, str, str, str]:
    wanted = (item.spec.replicas if item.spec else 0) or 0
    ready = (item.status.readyReplicas if item.status else 0) or 0
    return _row(item, wanted, ready)


def _daemon_row(item: DaemonSet) -> tuple[str, str, str, str]:
    status = item.status
    wanted, ready = (status.desiredNumberScheduled, status.numberReady) if status else (0, 0)
    return _row(item, wanted, ready)


def _row(
    item: Deployment | StatefulSet | DaemonSet, wanted: int, ready: int
) -> tuple[str, str, str, str]:
    return namespace_of(item), name_of(item), type(item).__name__, f"{ready}/{wanted}"
