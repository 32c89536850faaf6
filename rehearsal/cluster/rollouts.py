"""Rollouts of Argo, in clusters that know the kind and in those that do not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx2
from lightkube import Client
from lightkube.generic_resource import create_namespaced_resource

from rehearsal.cluster.api_errors import NOT_FOUND
from rehearsal.cluster.objects import Key

_KIND = create_namespaced_resource("argoproj.io", "v1alpha1", "Rollout", "rollouts")


@dataclass(frozen=True, kw_only=True)
class BlueGreen:
    """A Rollout: how many pods serve of how many, and the Service before the newest version."""

    namespace: str
    name: str
    ready: int
    wanted: int
    preview: str | None

    @property
    def preview_service(self) -> Key | None:
        """Leads nowhere while a new version starts, which takes nothing from anybody."""
        return (self.namespace, self.preview) if self.preview else None


def rollouts(client: Client) -> Iterator[BlueGreen]:
    """Yield the Rollouts of the cluster."""
    try:
        yield from map(_read, list(client.list(_KIND, namespace="*")))
    except httpx2.HTTPStatusError as error:
        # A cluster in which Argo is not installed has no such path, and says so in plain text.
        if error.response.status_code != NOT_FOUND:
            raise


def _read(item: Mapping[str, Any]) -> BlueGreen:
    spec, status = item["spec"], item.get("status") or {}
    return BlueGreen(
        namespace=item["metadata"]["namespace"],
        name=item["metadata"]["name"],
        ready=status.get("readyReplicas", 0),
        wanted=spec.get("replicas", 1),
        preview=spec["strategy"].get("blueGreen", {}).get("previewService"),
    )
