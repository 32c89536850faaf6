"""The clients of AWS: where they find it, how long they wait and how often they ask again."""

from typing import Any

import boto3
from botocore.config import Config

_ATTEMPTS = 4
_CONNECT_SECONDS = 5
_READ_SECONDS = 30
"""Longer than a long poll of SQS."""


def client(service: str, region: str) -> Any:  # noqa: ANN401 - boto3 ships no types
    """Return a client; credentials and endpoint are boto3's, in a pod those of its identity."""
    make: Any = boto3.client
    return make(
        service,
        region_name=region,
        config=Config(
            connect_timeout=_CONNECT_SECONDS,
            read_timeout=_READ_SECONDS,
            retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
        ),
    )
