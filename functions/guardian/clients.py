"""Clients of AWS, made once in the life of a function's process."""

from functools import cache
from typing import Any

import botocore.session
from botocore.config import Config

_PATIENCE = Config(
    connect_timeout=5, read_timeout=60, retries={"mode": "standard", "total_max_attempts": 3}
)


@cache
def client(service: str, region: str | None = None) -> Any:  # noqa: ANN401 - botocore ships no types
    """Return the client of a service, in the function's own region unless another is named."""
    return botocore.session.get_session().create_client(
        service, region_name=region, config=_PATIENCE
    )
