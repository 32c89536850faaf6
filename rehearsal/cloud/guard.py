"""Proves that an endpoint is the emulator on this machine, before anything else is sent to it."""

from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

ACCOUNT = "000000000000"
"""The account of every rehearsal; AWS gives it to nobody."""
SECRET_KEY = "rehearsal"  # noqa: S105 - the emulator's root user has no secret


class NotTheEmulatorError(RuntimeError):
    """What answers is not the emulator; the message is one sentence for the user."""


def prove(endpoint: str) -> None:
    """Return if the endpoint is the emulator's; raise `NotTheEmulatorError` otherwise."""
    parts = urlsplit(endpoint)
    if parts.scheme != "http" or parts.hostname != "127.0.0.1":
        message = (
            f"a rehearsal never leaves this machine, but its endpoint is {endpoint!r}: "
            "it must begin with http://127.0.0.1"
        )
        raise NotTheEmulatorError(message)
    try:
        account = _security_token_service(endpoint).get_caller_identity()["Account"]
    except (BotoCoreError, ClientError) as error:
        message = f"no emulator answers at {endpoint} ({error}): run `make down`, then `make up`"
        raise NotTheEmulatorError(message) from None
    if account != ACCOUNT:
        message = (
            f"the endpoint {endpoint} answers for account {account}, which is not the emulator's "
            f"({ACCOUNT}): nothing was deployed"
        )
        raise NotTheEmulatorError(message)


def _security_token_service(endpoint: str) -> Any:  # noqa: ANN401 - boto3 ships no types
    return boto3.client(
        "sts",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id=ACCOUNT,
        aws_secret_access_key=SECRET_KEY,
        config=Config(connect_timeout=5, read_timeout=10, retries={"total_max_attempts": 2}),
    )
