"""What every function does: call AWS by one client for each service, and log decisions as JSON."""

import json
import sys
from functools import cache
from typing import Any

import botocore.session
from botocore.config import Config

_CONFIG = Config(
    connect_timeout=5, read_timeout=60, retries={"mode": "standard", "total_max_attempts": 3}
)


@cache
def client(service: str, region: str | None = None) -> Any:  # noqa: ANN401 - botocore ships no types
    """Return the client of a service, in the function's own region unless another is named."""
    return botocore.session.get_session().create_client(service, region_name=region, config=_CONFIG)


def log(decision: str, **facts: object) -> None:
    """Write one line of JSON, which CloudWatch Logs Insights can search."""
    sys.stdout.write(json.dumps({"decision": decision, **facts}, ensure_ascii=False) + "\n")
