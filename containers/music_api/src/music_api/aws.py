"""Clients of AWS: credentials and endpoint are boto3's, in a pod those of its identity."""

import logging
import time
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import CredentialRetrievalError

from music_api.storage import Storage

_LOG = logging.getLogger(__name__)
_CREDENTIALS_PAUSE_SECONDS = 1
PATIENT = Config(
    connect_timeout=5,
    read_timeout=30,  # longer than a long poll of SQS
    retries={"mode": "standard", "total_max_attempts": 4},
    max_pool_connections=32,
)
PROBING = Config(connect_timeout=2, read_timeout=2, retries={"total_max_attempts": 1})
"""Done within the five seconds of the readiness probe, which asks again anyway."""

_OF_S3 = Config(
    # Otherwise botocore signs for S3's global host, and in us-east-1 asks it.
    signature_version="s3v4",
    s3={"us_east_1_regional_endpoint": "regional"},
    # A checksum that is signed would have to be known before the browser has the video.
    request_checksum_calculation="when_required",
)


def client(service: str, region: str, session: boto3.Session, config: Config = PATIENT) -> Any:  # noqa: ANN401 - boto3 ships no types
    make: Any = session.client
    if service == "s3":
        config = config.merge(_OF_S3)
    return make(service, region_name=region, config=config)


def open_session() -> boto3.Session:
    """Return a session once it has credentials: on a new node a pod may start before their agent.

    boto3 would ask for a few seconds when the first client is made, and then raise.
    """
    session = boto3.Session()
    while True:
        try:
            session.get_credentials()
        except CredentialRetrievalError as error:
            _LOG.warning("no credentials yet: %s", error)
            time.sleep(_CREDENTIALS_PAUSE_SECONDS)
        else:
            return session


def storage_of(bucket: str, region: str) -> Storage:
    """Return the bucket of runs by the process's own credentials."""
    return Storage(bucket, client("s3", region, open_session()))
