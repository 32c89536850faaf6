"""What data stores cost."""

from pathlib import Path

import pytest

from plan.model.failure import PlanError
from tests.plan.assemblies import resource
from tests.plan.cost.examples import cost, line, usd

_MYSQL = {
    "Engine": "mysql",
    "DBInstanceClass": "db.m7g.large",
    "AllocatedStorage": "100",
    "StorageType": "gp3",
}


def test_a_database_costs_its_machine_and_its_storage(tmp_path: Path) -> None:
    """One db.m7g.large at 0.168, and 100 GB at 0.115 in us-east-1."""
    database = resource("AWS::RDS::DBInstance", "Shop/Database/Resource", _MYSQL)
    found = cost(tmp_path, {"Database": database}, "us-east-1")
    assert line(found, "mysql db.m7g.large, single-az").usd == usd("122.64")
    assert line(found, "mysql gp3 storage, single-az").usd == usd("11.50")


def test_a_standby_doubles_both(tmp_path: Path) -> None:
    """Multi-AZ has prices of its own for the machine and the storage."""
    database = resource("AWS::RDS::DBInstance", properties={**_MYSQL, "MultiAZ": True})
    found = cost(tmp_path, {"Database": database}, "us-east-1")
    assert found.month == usd("268.28")


def test_ordered_iops_without_a_price_are_said(tmp_path: Path) -> None:
    """Nothing that is ordered is left out silently."""
    database = resource("AWS::RDS::DBInstance", properties={**_MYSQL, "Iops": 12000})
    (unknown,) = cost(tmp_path, {"Database": database}).unknown
    assert unknown.what == "mysql gp3 IOPS, single-az"


def test_the_password_that_a_database_manages_is_a_secret(tmp_path: Path) -> None:
    """RDS keeps it in Secrets Manager, which is billed."""
    managed = {**_MYSQL, "ManageMasterUserPassword": True}
    found = cost(tmp_path, {"Database": resource("AWS::RDS::DBInstance", properties=managed)})
    assert line(found, "secret with the master password").usd == usd("0.40")


def test_a_cache_costs_all_its_nodes(tmp_path: Path) -> None:
    """Two nodes in one shard, or three shards of a primary and a replica each."""
    valkey = {"Engine": "valkey", "CacheNodeType": "cache.t4g.micro"}
    kind = "AWS::ElastiCache::ReplicationGroup"
    sharded = {**valkey, "NumNodeGroups": 3, "ReplicasPerNodeGroup": 1}
    found = cost(
        tmp_path,
        {
            "Plain": resource(kind, "Shop/Plain/R", {**valkey, "NumCacheClusters": 2}),
            "Sharded": resource(kind, "Shop/Sharded/R", sharded),
        },
    )
    assert {one.owner: one.usd for one in found.lines} == {
        "Plain": usd("28.03"),
        "Sharded": usd("84.10"),
    }


def test_keys_and_secrets_cost_by_the_piece(tmp_path: Path) -> None:
    """Equal things of one owner stand in one line."""
    found = cost(
        tmp_path,
        {
            "One": resource("AWS::SecretsManager::Secret", "Shop/Keys/One/Resource"),
            "Two": resource("AWS::SecretsManager::Secret", "Shop/Keys/Two/Resource"),
            "Key": resource("AWS::KMS::Key", "Shop/Encryption/Resource"),
        },
    )
    assert line(found, "secrets").usd == usd("0.80")
    assert line(found, "KMS keys").usd == usd("1.00")


def test_a_size_that_is_no_number_is_refused_in_one_sentence(tmp_path: Path) -> None:
    """A parameter that only AWS fills in cannot be multiplied, and the place is named."""
    database = resource(
        "AWS::RDS::DBInstance", "Shop/Database/R", {"AllocatedStorage": {"Ref": "Size"}}
    )
    with pytest.raises(PlanError) as refusal:
        cost(tmp_path, {"Database": database})
    assert str(refusal.value) == (
        "Database/R in stack Shop: its AllocatedStorage is '${Size}', "
        "and its cost needs a number there"
    )
