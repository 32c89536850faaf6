"""What every function does: call AWS by one client for each service, and log decisions as JSON."""

import json
import sys
from functools import cache
from typing import Any

import botocore.session
from botocore.config import Config

_CONFIG = Config(
    connect_timeout=5,
    read_timeout=60,
    retries={"mode": "standard", "total_max_attempts": 3},
)
# By default a presigned URL names the global host, which redirects for a new bucket, and a
# browser's preflight follows no redirect; in the oldest regions its signature is of version 2,
# which does not cover the size.
_S3 = _CONFIG.merge(
    Config(
        signature_version="s3v4",
        s3={"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"},
    )
)


@cache
def client(service: str, region: str | None = None) -> Any:  # noqa: ANN401 - botocore ships no types
    """Return the client of a service, in the function's own region unless another is named."""
    config = _S3 if service == "s3" else _CONFIG
    return botocore.session.get_session().create_client(service, region_name=region, config=config)


def log(decision: str, **facts: object) -> None:
    """Write one line of JSON, which CloudWatch Logs Insights can search."""
    sys.stdout.write(json.dumps({"decision": decision, **facts}, ensure_ascii=False) + "\n")
