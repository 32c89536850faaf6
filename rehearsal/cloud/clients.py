"""Makes clients of AWS services that a variable names, which boto3's types do not know."""

from functools import cache
from typing import Any

import boto3
from ministack.core.responses import get_region


def aws_client(service: str, region: str, **options: str) -> Any:  # noqa: ANN401 - see above
    """Return a boto3 client; `options` are boto3's own."""
    make: Any = boto3.client
    return make(service, region_name=region, **options)


def own_client(service: str) -> Any:  # noqa: ANN401
    """Return the emulator's client of itself, in the region of the request being served."""
    return _own_client(service, get_region())


@cache
def _own_client(service: str, region: str) -> Any:  # noqa: ANN401
    return aws_client(service, region)
