"""The objects by which the API server finds KEDA's programs."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from rehearsal.cluster.keda.layout import METRICS_SERVICE, Ports

ACCOUNTS = ("keda-operator", "keda-metrics-server", "keda-webhook")
EXTERNAL_METRICS = "v1beta1.external.metrics.k8s.io"
WEBHOOKS = "keda-admission"

Manifest = Mapping[str, Any]


def namespace_and_accounts(namespace: str) -> Iterator[Manifest]:
    """Make the namespace and the service accounts of the chart."""
    yield {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}
    for name in ACCOUNTS:
        yield {
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": {"name": name, "namespace": namespace},
        }


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
        "metadata": {"name": EXTERNAL_METRICS},
        "spec": {
            "group": "external.metrics.k8s.io",
            "version": "v1beta1",
            "groupPriorityMinimum": 100,
            "versionPriority": 100,
            "caBundle": base64.b64encode(authority).decode(),
            "service": {"name": METRICS_SERVICE, "namespace": namespace, "port": ports.adapter},
        },
    }


def admission(shipped: Path, ports: Ports, authority: bytes) -> Manifest:
    """Make the webhooks that KEDA ships, at the address where they listen here."""
    configuration: dict[str, Any] = next(
        document
        for file in sorted(shipped.glob("*.yaml"))
        for document in yaml.safe_load_all(file.read_text())
        if document and document["kind"] == "ValidatingWebhookConfiguration"
    )
    return configuration | {"webhooks": _local(configuration["webhooks"], ports, authority)}


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
