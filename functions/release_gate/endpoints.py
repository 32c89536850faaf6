"""The endpoints that requests to a Service reach."""

from collections.abc import Iterator

from .kube import Snapshot
from .objects import KubeObject


def ready_endpoints(service: str, snapshot: Snapshot) -> Iterator[KubeObject]:
    """Yield those that are ready; one that does not say so counts as ready (EndpointSlice v1)."""
    for item in snapshot.endpoint_slices:
        if item["metadata"].get("labels", {}).get("kubernetes.io/service-name") == service:
            for endpoint in item.get("endpoints") or []:
                if endpoint.get("conditions", {}).get("ready", True):
                    yield endpoint
