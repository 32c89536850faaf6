"""Whom IAM lets into a database."""

# ruff: noqa: SLF001 - the emulator's stores are set up from within

import json
import time
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from ministack.services import iam, sts

from rehearsal.cloud.guard import ACCOUNT
from rehearsal.cloud.resources.database_login import may_connect

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
    """Let a function of a role have credentials, in the emulator's own stores."""
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
