"""A migrated database to talk to, and stand-ins for the services of AWS."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import botocore.session
import pytest
from botocore.stub import Stubber

from functions.guardian import begin, database
from functions.guardian.migrate import MIGRATION

from .events import created
from .postgres import DATABASE, HOST, MASTER, Postgres, running
from .rows import Rows

Claim = Callable[..., dict[str, Any]]
Stub = Callable[[str], Stubber]
_REGION = "ap-northeast-2"


@pytest.fixture(scope="session")
def server() -> Iterator[Postgres]:
    """Yield a server with an empty database."""
    with running() as postgres:
        yield postgres


@pytest.fixture
def address(server: Postgres, monkeypatch: pytest.MonkeyPatch) -> Postgres:
    """Tell the functions where the database is and whom to trust."""
    monkeypatch.setenv("DATABASE_HOST", HOST)
    monkeypatch.setenv("DATABASE_PORT", str(server.port))
    monkeypatch.setenv("DATABASE_NAME", DATABASE)
    monkeypatch.setenv("SSL_CERT_FILE", str(server.authority))
    monkeypatch.setenv("MASTER_SECRET", "the-master-secret")
    database._ssl_context.cache_clear()  # noqa: SLF001 - a process of Lambda has one environment
    return server


@pytest.fixture
def rows(migrated: None, address: Postgres) -> Rows:  # noqa: ARG001 - the table must be there
    """Give the table, empty."""
    with address.superuser() as connection:
        connection.run("TRUNCATE analysis_results")
    return Rows(address)


@pytest.fixture(scope="session")
def migrated(server: Postgres) -> None:
    """Make the table as the master would."""
    with server.superuser() as connection:
        connection.run(f"SET ROLE {MASTER}; {MIGRATION.read_text()}")


@pytest.fixture(autouse=True)
def _clients(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make each client once for all tests: it takes as long as a test."""
    for module in ("begin", "context", "dead_letters", "migrate", "upload"):
        monkeypatch.setattr(f"functions.guardian.{module}.client", _client)


@pytest.fixture
def stub() -> Iterator[Stub]:
    """Yield what makes the client of a service answer as told, and nothing else."""
    stubs: dict[str, Stubber] = {}

    def stubbed(service: str) -> Stubber:
        if service not in stubs:
            stubs[service] = Stubber(_client(service))
            stubs[service].activate()
        return stubs[service]

    yield stubbed
    for each in stubs.values():
        each.assert_no_pending_responses()
        each.deactivate()


@pytest.fixture
def claim(rows: Rows, stub: Stub) -> Claim:  # noqa: ARG001 - the table must be there
    """Give what begins an analysis of an object of some type."""

    def claimed(execution: str = "first", type_: str = "video/mp4", **event: Any) -> dict[str, Any]:
        stub("s3").add_response("head_object", {"ContentType": type_})
        return begin.handler(created(execution, **event), None)

    return claimed


@pytest.fixture(autouse=True)
def _largest_upload(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LARGEST_UPLOAD", "500000000")


def _client(service: str, region: str | None = None) -> Any:
    assert region in {None, _REGION}
    return _made(service)


@cache
def _made(service: str) -> Any:
    return botocore.session.get_session().create_client(
        service,
        region_name=_REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        # What no stub answers goes nowhere; S3, which only signs, needs its real name.
        endpoint_url=None if service == "s3" else "http://127.0.0.1:9",
    )
