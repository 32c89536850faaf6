"""The objects by which the API server finds KEDA's programs."""

import base64
from collections.abc import Iterator, Sequence

from rehearsal.cluster.operators.keda.layout import METRICS_SERVICE, Ports
from rehearsal.cluster.operators.release import Manifest, Release

ACCOUNT = "keda-operator"
"""The service account of all three programs: the chart's two others have parts of its rights."""
_RIGHTS = ("Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding", "ServiceAccount")


def account_and_roles(release: Release) -> Iterator[Manifest]:
    """Yield the service account with the roles that KEDA's module binds it to."""
    for folder in ("config/service_account", "config/rbac", "config/metrics-server"):
        yield from (one for one in release.read(folder) if one["kind"] in _RIGHTS)


def external_metrics(namespace: str, ports: Ports, authority: bytes) -> Iterator[Manifest]:
    """Let the API server ask the adapter for external metrics.

    An ExternalName is the one kind of Service that leads to this machine's own address.
    """
    yield {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": METRICS_SERVICE, "namespace": namespace},
        "spec": {"type": "ExternalName", "externalName": "localhost"},
    }
    yield {
        "apiVersion": "apiregistration.k8s.io/v1",
        "kind": "APIService",
        "metadata": {"name": "v1beta1.external.metrics.k8s.io"},
        "spec": {
            "group": "external.metrics.k8s.io",
            "version": "v1beta1",
            "groupPriorityMinimum": 100,
            "versionPriority": 100,
            "caBundle": base64.b64encode(authority).decode(),
            "service": {"name": METRICS_SERVICE, "namespace": namespace, "port": ports.adapter},
        },
    }


def admission(release: Release, ports: Ports, authority: bytes) -> Manifest:
    """Make the webhooks that KEDA ships, at the address where they listen here."""
    (configuration,) = (
        one
        for one in release.read("config/webhooks")
        if one["kind"] == "ValidatingWebhookConfiguration"
    )
    return {**configuration, "webhooks": _local(configuration["webhooks"], ports, authority)}


def _local(webhooks: Sequence[Manifest], ports: Ports, authority: bytes) -> list[Manifest]:
    return [
        {
            **webhook,
            "clientConfig": {
                "url": f"https://127.0.0.1:{ports.webhooks}{_path(webhook)}",
                "caBundle": base64.b64encode(authority).decode(),
            },
        }
        for webhook in webhooks
    ]


def _path(webhook: Manifest) -> str:
    path: str = webhook["clientConfig"]["service"]["path"]
    return path
