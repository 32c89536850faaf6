"""Connections to PostgreSQL: always encrypted, the server always verified."""

import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pg8000.native

from .identity import database_token

APPLICATION = "guardian_app"
_TIMEOUT_SECONDS = 10
RDS_CERTIFICATES = Path(__file__).parent / "rds-global-bundle.pem"
"""Root certificates of RDS; the JSON file beside it has their source and SHA-256."""


@contextmanager
def application() -> Iterator[pg8000.native.Connection]:
    """Log in as the application, by a token that IAM signs."""
    host, port = os.environ["DATABASE_HOST"], int(os.environ["DATABASE_PORT"])
    with connected(APPLICATION, database_token(host, port, APPLICATION)) as connection:
        yield connection


@contextmanager
def connected(user: str, password: str) -> Iterator[pg8000.native.Connection]:
    """Connect as a user and close in the end; what was not committed is rolled back by the server.

    A connection serves one call: kept open, those of idle functions would use up the server's.
    """
    connection = pg8000.native.Connection(
        user,
        host=os.environ["DATABASE_HOST"],
        port=int(os.environ["DATABASE_PORT"]),
        database=os.environ["DATABASE_NAME"],
        password=password,
        timeout=_TIMEOUT_SECONDS,
        ssl_context=_trust(),
        application_name="silver-guardian",
    )
    try:
        yield connection
    finally:
        connection.close()


@cache
def _trust() -> ssl.SSLContext:
    context = ssl.create_default_context()
    # Strict from Python 3.13 on, it asks of a chain what RDS' may lack; chain and host name are
    # verified all the same.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.load_verify_locations(cafile=str(RDS_CERTIFICATES))
    return context
