"""Waits, as EKS does, until what a resource brought into a cluster serves."""

from collections.abc import Sequence

from lightkube import ApiError, Client
from lightkube.resources.apps_v1 import Deployment
from lightkube.resources.core_v1 import Node

from rehearsal.cluster.objects import is_node_ready
from rehearsal.cluster.waiting import in_time

_TIMEOUT_SECONDS = 60.0
"""EKS waits up to half an hour; what is not there after a minute here does not come."""
_SECONDS_BETWEEN_LOOKS = 0.2
_NOT_FOUND = 404


def await_nodes(client: Client, names: Sequence[str]) -> None:
    """Return when all these nodes are ready; raise `RuntimeError` if they do not become so."""

    def ready() -> bool:
        return all(is_node_ready(client.get(Node, name)) for name in names)

    if not in_time(ready, _TIMEOUT_SECONDS, look_every=_SECONDS_BETWEEN_LOOKS):
        message = "NodeCreationFailure: Unhealthy nodes in the kubernetes cluster"
        raise RuntimeError(message)


def await_deployments(client: Client, namespace: str, names: Sequence[str], *, of: str) -> None:
    """Return when the deployments of an add-on serve; raise `RuntimeError` if they never do."""

    def serving() -> bool:
        return all(_serves(client, namespace, name) for name in names)

    if not in_time(serving, _TIMEOUT_SECONDS, look_every=_SECONDS_BETWEEN_LOOKS):
        message = (
            f"Addon {of} is unhealthy: InsufficientNumberOfReplicas: it does not have the desired "
            "number of replicas (are there nodes for it?)"
        )
        raise RuntimeError(message)


def _serves(client: Client, namespace: str, name: str) -> bool:
    try:
        deployment = client.get(Deployment, name, namespace=namespace)
    except ApiError as error:
        if error.status.code == _NOT_FOUND:
            return False
        raise
    wanted = deployment.spec.replicas if deployment.spec else None
    available = deployment.status.availableReplicas if deployment.status else None
    return (available or 0) >= (wanted or 0)
