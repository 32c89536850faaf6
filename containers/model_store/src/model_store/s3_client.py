"""The S3 client: where it finds S3, how long it waits and how often it asks again.

botocore alone: importing boto3 takes half as long again and adds nothing that is used here.
"""

import os
from typing import Any

from botocore.config import Config
from botocore.session import get_session

from model_store.failure import ExitCode, Failure
from model_store.s3_errors import other_region

_ATTEMPTS = 5
_CONNECT_SECONDS = 5
_READ_SECONDS = 60
_CONNECTIONS = 16


def s3_client() -> Any:  # noqa: ANN401 - botocore ships no types
    """Return a client for the region and the endpoint of the environment; raise `Failure`."""
    config = Config(
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=_READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
        max_pool_connections=_CONNECTIONS,
        signature_version="s3v4",
        # Without it presigned URLs go to the global endpoint, which redirects new buckets.
        # An address such as 127.0.0.1, and a bucket with dots, get the path style all the same.
        s3={"addressing_style": "virtual"},
        # What is read here is verified by hashes of our own.
        response_checksum_validation="when_required",
    )
    # botocore knows AWS_DEFAULT_REGION only: https://github.com/boto/boto3/issues/3620
    region = os.environ.get("AWS_REGION") or None
    try:
        client = get_session().create_client("s3", region_name=region, config=config)
    except ValueError as error:
        sentence = f"the environment names no region or endpoint of S3: {error}"
        raise Failure(ExitCode.ARGUMENTS, sentence) from error

    def refuse_other_region(response: Any, **_: object) -> None:  # noqa: ANN401 - untyped
        if failure := other_region(client.meta.region_name, response):
            raise failure

    # botocore would follow the bucket to its region, presigned URLs would not.
    client.meta.events.register_first("needs-retry.s3", refuse_other_region)
    return client
