"""What a control plane costs in standard and in extended support."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from plan.cost import Line
from plan.model.failure import PlanError
from tests.plan.assemblies import resource
from tests.plan.cost.examples import TODAY, cost, line, usd


def _control_plane(directory: Path, version: str, on: date = TODAY, **others: Any) -> Line:
    cluster = resource("AWS::EKS::Cluster", properties={"Version": version, **others})
    (only,) = cost(directory, {"Cluster": cluster}, on=on).lines
    return only


def test_a_version_in_standard_support_costs_a_tenth_of_a_dollar_an_hour(tmp_path: Path) -> None:
    """73 USD a month, and the line says until when."""
    found = _control_plane(tmp_path, "1.36")
    assert found.what == "Kubernetes 1.36, standard support until 2027-08-02"
    assert found.usd == usd("73.00")


@pytest.mark.parametrize(
    ("day", "amount"), [(date(2026, 12, 1), "73.00"), (date(2026, 12, 2), "438.00")]
)
def test_the_day_decides_which_support_is_billed(tmp_path: Path, day: date, amount: str) -> None:
    """1.34 becomes six times as dear on the day on which its standard support ends."""
    assert _control_plane(tmp_path, "1.34", day).usd == usd(amount)


def test_a_version_without_a_kubectl_layer_of_ours_is_billed_all_the_same(tmp_path: Path) -> None:
    """1.33 cannot be chosen in the settings, but a cluster that has it costs extended support."""
    found = _control_plane(tmp_path, "1.33")
    assert found.what == "Kubernetes 1.33, extended support since 2026-07-29"
    assert found.usd == usd("438.00")


def test_a_cluster_that_declines_extended_support_never_pays_for_it(tmp_path: Path) -> None:
    """AWS upgrades it instead."""
    declined = {"SupportType": "STANDARD"}
    assert _control_plane(tmp_path, "1.33", UpgradePolicy=declined).usd == usd("73.00")


def test_a_version_whose_dates_are_not_known_yet_is_in_standard_support(tmp_path: Path) -> None:
    """It is too new to have left it."""
    found = _control_plane(tmp_path, "1.37")
    assert (found.what, found.usd) == ("Kubernetes 1.37, standard support", usd("73.00"))


def test_a_version_outside_the_catalog_has_no_known_price(tmp_path: Path) -> None:
    """Which support it is in cannot be told."""
    found = _control_plane(tmp_path, "1.12")
    assert found.price == "the support dates of Kubernetes 1.12 are not in the catalog"


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
        "Database/R in stack Shop: its AllocatedStorage is '${Size}', and a number is needed there"
    )
