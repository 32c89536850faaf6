"""Requests as the provider framework hands them over."""

from datetime import UTC, datetime, timedelta
from typing import Any

from .api_server import ApiServer

WORKLOADS = [
    {
        "Kind": "Deployment",
        "Name": "tarot",
        "ScheduledWithinSeconds": "30",
        "ReadyWithinSeconds": "120",
        "LimitSeconds": "600",
    },
    {
        "Kind": "StatefulSet",
        "Name": "audio2face",
        "ScheduledWithinSeconds": "30",
        "ReadyWithinSeconds": "1800",
        "LimitSeconds": "2700",
    },
]


def event(api: ApiServer, *, kind: str = "Update", elapsed: float = 20) -> dict[str, Any]:
    """Make the event that the provider framework hands over, that long after the start."""
    started = datetime.now(UTC) - timedelta(seconds=elapsed)
    return {
        "RequestType": kind,
        "PhysicalResourceId": "avadot-prod/avadot",
        "ResourceProperties": {
            "ServiceToken": "arn",
            "ClusterName": "avadot-prod",
            "Endpoint": api.endpoint,
            "CertificateAuthority": api.certificate_authority,
            "Namespaces": [{"Name": "avadot", "Workloads": WORKLOADS, "Services": ["tarot"]}],
            "Manifests": "hash",
        },
        "Data": {"StartedAt": started.isoformat()},
    }
