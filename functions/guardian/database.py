"""Connections to PostgreSQL over TLS; the server's certificate and host name are verified."""

import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import botocore.session
import pg8000.native
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import NoCredentialsError

APPLICATION = "guardian_app"
_TIMEOUT_SECONDS = 10
_TOKEN_SECONDS = 900
RDS_CERTIFICATES = Path(__file__).parent / "rds-global-bundle.pem"
"""Root certificates of RDS; the JSON file beside it has their source and SHA-256."""


@contextmanager
def application() -> Iterator[pg8000.native.Connection]:
    """Connect as the application, by IAM authentication."""
    host, port = os.environ["DATABASE_HOST"], int(os.environ["DATABASE_PORT"])
    with connected(APPLICATION, database_token(host, port, APPLICATION)) as connection:
        yield connection


@contextmanager
def connected(user: str, password: str) -> Iterator[pg8000.native.Connection]:
    """Connect as a user, and close at the end; without a commit the server rolls back.

    A connection serves one invocation: those of idle functions would use up `max_connections`.
    """
    connection = pg8000.native.Connection(
        user,
        host=os.environ["DATABASE_HOST"],
        port=int(os.environ["DATABASE_PORT"]),
        database=os.environ["DATABASE_NAME"],
        password=password,
        timeout=_TIMEOUT_SECONDS,
        ssl_context=_ssl_context(),
        application_name="silver-guardian",
    )
    try:
        yield connection
    finally:
        connection.close()


def database_token(host: str, port: int, user: str) -> str:
    """Return an IAM authentication token of RDS, signed with the role of this function.

    Not by botocore's `generate_db_auth_token`: loading its client of RDS would take longer than
    the rest of a function's start.
    """
    credentials = botocore.session.get_session().get_credentials()
    if credentials is None:
        raise NoCredentialsError
    request = AWSRequest(method="GET", url=f"https://{host}:{port}/?Action=connect&DBUser={user}")
    region = os.environ["AWS_REGION"]
    SigV4QueryAuth(credentials, "rds-db", region, expires=_TOKEN_SECONDS).add_auth(request)
    return str(request.url).removeprefix("https://")


@cache
def _ssl_context() -> ssl.SSLContext:
    context = ssl.create_default_context()
    # Strict from Python 3.13 on, it asks of a chain what RDS' may lack; chain and host name are
    # verified all the same.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.load_verify_locations(cafile=str(RDS_CERTIFICATES))
    return context
