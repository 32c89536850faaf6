"""Databases behind RDS: a server, its TLS proxy, and whom IAM lets in."""

# ruff: noqa: SLF001 - the emulator's stores are set up from within

import gc
import json
import ssl
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pg8000.native
import pytest
from ministack.services import iam, sts

from rehearsal.cloud.guard import ACCOUNT
from rehearsal.cloud.postgres import Databases, NewDatabase, Trust, free_address
from rehearsal.cloud.resources.database_login import may_connect
from rehearsal.cluster.ports import free_ports

REGION = "ap-northeast-2"
USER = "green_app"
INSTANCE = {
    "IAMDatabaseAuthenticationEnabled": True,
    "DbiResourceId": "db-ABC123",
    "Endpoint": {"Address": "127.1.2.1", "Port": 5432},
}
ALLOWED = f"arn:aws:rds-db:{REGION}:{ACCOUNT}:dbuser:db-ABC123/{USER}"
KEY, SECRET, SESSION = "ASIAFUNCTION", "secret", "session"


@pytest.fixture(autouse=True)
def role() -> Iterator[None]:
    _allow(ALLOWED)
    sts.register_session(
        KEY,
        {
            "Arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/saver/f",
            "UserId": "AROA:f",
            "SecretAccessKey": SECRET,
            "SessionToken": SESSION,
            "Expiration": time.time() + 3600,
            "AccountId": ACCOUNT,
            "PrincipalType": "AssumedRole",
        },
    )
    yield
    iam._roles.clear()
    sts._sessions.clear()


def _allow(resource: str) -> None:
    statement = {"Effect": "Allow", "Action": "rds-db:connect", "Resource": resource}
    iam._roles["saver"] = {
        "RoleName": "saver",
        "RoleId": "AROA",
        "Arn": f"arn:aws:iam::{ACCOUNT}:role/saver",
        "InlinePolicies": {"p": json.dumps({"Version": "2012-10-17", "Statement": [statement]})},
    }


def _token(user: str = USER, port: int = 5432, secret: str = SECRET) -> str:
    client: Any = boto3.client(
        "rds",
        region_name=REGION,
        aws_access_key_id=KEY,
        aws_secret_access_key=secret,
        aws_session_token=SESSION,
    )
    token: str = client.generate_db_auth_token("127.1.2.1", port, user)
    return token


def test_a_role_with_the_right_logs_in() -> None:
    """The token that boto3 signs is what the database takes."""
    assert may_connect(INSTANCE, REGION, USER, _token())


@pytest.mark.parametrize(
    "token",
    [{"user": "master"}, {"port": 5433}, {"secret": "another"}],
    ids=["other user", "other port", "forged"],
)
def test_a_token_for_anything_else_is_refused(token: dict[str, Any]) -> None:
    """User, address and signature are the token's own."""
    assert not may_connect(INSTANCE, REGION, USER, _token(**token))


def test_a_role_without_the_right_is_refused() -> None:
    """The right is for one user of one instance."""
    _allow(ALLOWED.replace("db-ABC123", "db-OTHER"))

    assert not may_connect(INSTANCE, REGION, USER, _token())


def test_an_instance_without_iam_takes_no_token() -> None:
    """It has to be turned on."""
    plain = INSTANCE | {"IAMDatabaseAuthenticationEnabled": False}

    assert not may_connect(plain, REGION, USER, _token())


# A refused login leaves pg8000's socket to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

_PORT = free_ports(1)[0]
_WANTED = NewDatabase(name="analyses", master="green", password="of-the-master", port=_PORT)
_TOKEN = "a-token/?with=signs" + "&" * 500
"""As long as one of IAM's, which is longer than other ways to check a password take."""


@dataclass(frozen=True, kw_only=True)
class Instance:
    address: str
    port: int
    trust: ssl.SSLContext | bool

    def connect(self, user: str, password: str) -> pg8000.native.Connection:
        return pg8000.native.Connection(
            user,
            password=password,
            host=self.address,
            port=self.port,
            database=_WANTED.name,
            ssl_context=self.trust,
            timeout=10,
        )


@pytest.fixture(autouse=True)
def _collected() -> Iterator[None]:
    """Collect such sockets here, before another module's test is blamed for them."""
    yield
    gc.collect()


def _databases(directory: Path) -> tuple[Databases, ssl.SSLContext]:
    """Return the databases of a rehearsal, and what their clients trust."""
    directory.mkdir(exist_ok=True)
    trust = Trust(directory)
    trust.write()
    return Databases(directory, trust), ssl.create_default_context(cafile=trust.certificate)


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    directory = tmp_path_factory.mktemp("rehearsal")
    databases, context = _databases(directory)
    address = databases.start("db", _WANTED, lambda user, token: (user, token) == ("app", _TOKEN))
    made = Instance(address=address, port=_PORT, trust=context)
    try:
        master = made.connect(_WANTED.master, _WANTED.password)
        master.run("CREATE ROLE app LOGIN; GRANT rds_iam TO app; CREATE TABLE seen (id int)")
        master.run("GRANT SELECT, INSERT ON seen TO app; INSERT INTO seen VALUES (7)")
        master.close()
        yield made
    finally:
        databases.stop_all()


def test_the_master_logs_in_by_password_and_is_no_superuser(instance: Instance) -> None:
    """The master makes tables and roles, as on RDS, and may not do everything."""
    with closing(instance.connect(_WANTED.master, _WANTED.password)) as connection:
        (row,) = connection.run("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    assert row == [False]
    with pytest.raises(pg8000.exceptions.DatabaseError, match="28P01"):
        instance.connect(_WANTED.master, "another")


def test_a_user_of_iam_logs_in_by_token_only(instance: Instance) -> None:
    """A token that IAM refuses gets the answer of RDS; a right one leads to the data."""
    with closing(instance.connect("app", _TOKEN)) as connection:
        assert connection.run("SELECT id FROM seen") == [[7]]
    with pytest.raises(pg8000.exceptions.DatabaseError, match="PAM authentication failed"):
        instance.connect("app", "expired")


def test_much_data_passes_in_both_directions(instance: Instance) -> None:
    """What is larger than any buffer arrives whole."""
    text = "x" * 3_000_000

    with closing(instance.connect("app", _TOKEN)) as connection:
        ((length, same),) = connection.run("SELECT length(:text), :text", text=text)

    assert length == len(text)
    assert same == text


def test_without_encryption_nobody_gets_in(instance: Instance) -> None:
    """A client that asks for no TLS is told so."""
    plain = Instance(address=instance.address, port=instance.port, trust=False)

    with pytest.raises(pg8000.exceptions.DatabaseError, match="no encryption"):
        plain.connect(_WANTED.master, _WANTED.password)


def test_nothing_is_left_of_a_stopped_server(tmp_path: Path) -> None:
    """Its directory goes, and its address is free again."""
    databases, _ = _databases(tmp_path)
    address = databases.start("db", _WANTED, lambda _user, _token: False)

    databases.stop_all()

    with pytest.raises(pg8000.exceptions.InterfaceError):
        Instance(address=address, port=_PORT, trust=False).connect(_WANTED.master, _WANTED.password)
    assert not list((tmp_path / "databases" / "db").glob("processes.jsonl"))


def test_saved_data_comes_back_behind_another_address(tmp_path: Path) -> None:
    """The server goes on after it was saved, and a second one holds the same."""
    old, old_trust = _databases(tmp_path / "old")
    new, new_trust = _databases(tmp_path / "new")
    address, other = old.start("db", _WANTED, lambda *_: False), free_address()
    instances = (
        Instance(address=address, port=_PORT, trust=old_trust),
        Instance(address=other, port=_PORT, trust=new_trust),
    )
    try:
        with closing(instances[0].connect(_WANTED.master, _WANTED.password)) as connection:
            connection.run("CREATE TABLE seen AS SELECT 7 AS id")

        old.save(tmp_path / "saved")
        new.restore("db", tmp_path / "saved", (other, _PORT), lambda *_: False)

        for instance in instances:
            with closing(instance.connect(_WANTED.master, _WANTED.password)) as connection:
                assert connection.run("SELECT id FROM seen") == [[7]]
    finally:
        old.stop_all()
        new.stop_all()
