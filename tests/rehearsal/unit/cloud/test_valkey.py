"""Caches behind ElastiCache: a real server of Valkey, behind TLS and a password."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from redis.exceptions import AuthenticationError, ConnectionError  # noqa: A004 - redis calls it so

from rehearsal.cloud import emulator
from rehearsal.cloud.emulator import Emulator
from rehearsal.cloud.postgres import Trust

_REGION = "us-east-1"
_PASSWORD = """correct"horse'battery\\staple #1"""
_GROUP = {
    "Type": "AWS::ElastiCache::ReplicationGroup",
    "Properties": {
        "ReplicationGroupDescription": "Cache of the tests",
        "Engine": "valkey",
        "CacheNodeType": "cache.t4g.small",
        "NumCacheClusters": 2,
        "Port": 6379,
        "TransitEncryptionEnabled": True,
        # As the CDK writes it: the template holds no password.
        "AuthToken": {
            "Fn::Sub": "{{resolve:secretsmanager:${Password}:SecretString:::}}",
        },
    },
}
_SECRET = {
    "Type": "AWS::SecretsManager::Secret",
    "Properties": {"SecretString": _PASSWORD},
}
_TEMPLATE = {
    "Resources": {"Group": _GROUP, "Password": _SECRET},
    "Outputs": {
        key: {"Value": {"Fn::GetAtt": ["Group", f"{key}EndPoint.Address"]}}
        for key in ("Primary", "Reader")
    },
}


@pytest.fixture
def address(cloud: Emulator) -> Iterator[str]:
    """Deploy a group, and return the address that its stack names."""
    stacks = cloud.client("cloudformation", _REGION)
    stacks.create_stack(StackName="cache", TemplateBody=json.dumps(_TEMPLATE))
    stacks.get_waiter("stack_create_complete").wait(
        StackName="cache", WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
    (stack,) = stacks.describe_stacks(StackName="cache")["Stacks"]
    outputs = {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]}
    assert outputs["Primary"] == outputs["Reader"]
    yield outputs["Primary"]
    _delete(cloud)


def _delete(cloud: Emulator) -> None:
    stacks = cloud.client("cloudformation", _REGION)
    stacks.delete_stack(StackName="cache")
    stacks.get_waiter("stack_delete_complete").wait(
        StackName="cache", WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )


def _client(of: Emulator, address: str, password: str = _PASSWORD, **options: Any) -> Redis:
    trusted = {"ssl": True, "ssl_ca_certs": str(Trust(of.directory).certificate)}
    return Redis(
        host=address, port=6379, password=password, decode_responses=True, **{**trusted, **options}
    )


def test_who_has_the_password_finds_a_server(cloud: Emulator, address: str) -> None:
    """At the address that CloudFormation and ElastiCache name, on the port that was asked for."""
    with _client(cloud, address) as client:
        client.rpush("bull:stt:wait", "1", "2")
        assert client.llen("bull:stt:wait") == 2

    (group,) = cloud.client("elasticache", _REGION).describe_replication_groups()[
        "ReplicationGroups"
    ]
    endpoint = {"Address": address, "Port": 6379}
    assert group["NodeGroups"][0]["PrimaryEndpoint"] == endpoint
    assert {m["ReadEndpoint"]["Address"] for m in group["NodeGroups"][0]["NodeGroupMembers"]} == {
        address
    }


def test_a_wrong_password_is_refused(cloud: Emulator, address: str) -> None:
    with _client(cloud, address, "guessed") as client, pytest.raises(AuthenticationError):
        client.ping()


def test_nothing_is_read_without_tls(cloud: Emulator, address: str) -> None:
    """ElastiCache takes no other connection where encryption in transit is on."""
    with (
        _client(cloud, address, ssl=False, ssl_ca_certs=None) as client,
        pytest.raises(ConnectionError),
    ):
        client.ping()


def test_a_deleted_group_answers_no_more(cloud: Emulator, address: str) -> None:
    _delete(cloud)

    with _client(cloud, address) as client, pytest.raises(ConnectionError):
        client.ping()


def test_another_emulator_has_an_empty_server_at_another_address(
    cloud: Emulator, address: str, tmp_path: Path
) -> None:
    """A cache is no store: what it held is gone, its password is the same."""
    with _client(cloud, address) as client:
        client.set("key", "value")
    cloud.save(tmp_path / "saved")
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "seed").write_text("1")
    other = emulator.start(tmp_path / "run", Path("no-tools"))
    try:
        other.restore(tmp_path / "saved")
        (stack,) = other.client("cloudformation", _REGION).describe_stacks()["Stacks"]
        moved = stack["Outputs"][0]["OutputValue"]
        assert moved != address
        with _client(other, moved) as client:
            assert client.get("key") is None
    finally:
        emulator.stop(other.directory)
