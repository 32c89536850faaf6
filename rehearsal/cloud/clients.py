"""Makes clients of AWS services that a variable names, which boto3's types do not know."""

from typing import Any

import boto3


def aws_client(service: str, region: str, **options: str) -> Any:  # noqa: ANN401 - see above
    """Return a boto3 client; `options` are boto3's own."""
    make: Any = boto3.client
    return make(service, region_name=region, **options)
