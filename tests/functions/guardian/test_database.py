"""The server is verified before it is told anything, and the application logs in by a token."""

import hashlib
import json
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import botocore.session
import pg8000.exceptions
import pytest
from cryptography import x509

from functions.guardian import database
from functions.guardian.database import database_token

from .postgres import MASTER, PASSWORD, Postgres
from .rows import Rows


def test_application_logs_in_over_tls(rows: Rows) -> None:  # noqa: ARG001 - the role must be there
    """As itself, encrypted, and seen as what it is."""
    with database.application() as connection:
        ((user, name, encrypted),) = connection.run(
            "SELECT usename, application_name, ssl FROM pg_stat_activity"
            " JOIN pg_stat_ssl USING (pid) WHERE pid = pg_backend_pid()"
        )

    assert (user, name, encrypted) == ("guardian_app", "silver-guardian", True)


def test_connection_is_closed_after_use(rows: Rows) -> None:
    """Those of idle functions would use up the server's."""
    with database.application() as connection:
        ((pid,),) = connection.run("SELECT pg_backend_pid()")

    with rows.postgres.superuser() as other:
        other.run("SELECT pg_terminate_backend(:pid)", pid=pid)
        assert other.run("SELECT 1 FROM pg_stat_activity WHERE pid = :pid", pid=pid) == []


def test_server_of_another_authority_is_not_trusted(
    address: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The token must not reach whoever answers at the address."""
    monkeypatch.setenv("SSL_CERT_FILE", ssl.get_default_verify_paths().openssl_cafile)
    database._ssl_context.cache_clear()  # noqa: SLF001

    with (
        pytest.raises(ssl.SSLCertVerificationError),
        database.connected(MASTER, PASSWORD),
    ):
        pass
    assert address.port


def test_server_of_another_name_is_not_trusted(
    address: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A certificate of the same authority is not enough."""
    monkeypatch.setenv("DATABASE_HOST", "localhost")
    database._ssl_context.cache_clear()  # noqa: SLF001

    with (
        pytest.raises(ssl.SSLCertVerificationError, match="localhost"),
        database.connected(MASTER, PASSWORD),
    ):
        pass
    assert address.port


@pytest.fixture
def asking(address: Postgres) -> Iterator[Postgres]:
    """Yield a server that looks at the application's password."""
    address.trust_application("password")
    yield address
    address.trust_application("trust")


def test_token_is_the_password(
    rows: Rows, asking: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And another one is not."""
    token = database_token("127.0.0.1", asking.port, "guardian_app")
    with rows.postgres.superuser() as connection:
        connection.run(f"ALTER ROLE guardian_app PASSWORD '{token}'")
    monkeypatch.setattr(database, "database_token", lambda *_: token)

    with database.application() as application:
        assert application.run("SELECT 1") == [[1]]

    monkeypatch.setattr(database, "database_token", lambda *_: f"{token}x")
    with (
        pytest.raises(pg8000.exceptions.DatabaseError, match="password authentication failed"),
        database.application(),
    ):
        pass


def test_token_is_signed_as_botocore_itself_would() -> None:
    """For this server, this user, and nothing else."""
    client = botocore.session.get_session().create_client("rds", region_name="ap-northeast-2")
    for _ in range(3):  # The two are signed within the same second, or once more.
        signed = client.generate_db_auth_token(
            DBHostname="db.example.com", Port=5432, DBUsername="guardian_app"
        )
        token = database_token("db.example.com", 5432, "guardian_app")
        if token == signed:
            break

    assert token == signed
    assert token.startswith("db.example.com:5432/?Action=connect&DBUser=guardian_app&")


def test_certificates_of_rds_are_the_reviewed_ones_and_valid() -> None:
    """Each region's root certificates for all three kinds of key, for a year at least."""
    content = database.RDS_CERTIFICATES.read_bytes()
    facts = json.loads(database.RDS_CERTIFICATES.with_suffix(".json").read_text())
    certificates = x509.load_pem_x509_certificates(content)
    names = {certificate.subject.rfc4514_string() for certificate in certificates}

    assert hashlib.sha256(content).hexdigest() == facts["sha256"]
    assert min(c.not_valid_after_utc for c in certificates) - datetime.now(UTC) > timedelta(365)
    for region in ("ap-northeast-2", "us-east-1"):
        for key in ("RSA2048 G1", "RSA4096 G1", "ECC384 G1"):
            assert any(f"RDS {region} Root CA {key}" in name for name in names)
