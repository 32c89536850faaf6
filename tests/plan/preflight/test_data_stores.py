"""Whether versions and classes of the data stores are offered."""

import pytest

from plan.preflight.data_stores import data_stores
from plan.preflight.verdicts import Missing, Ready
from tests.plan.assemblies import REGION, Written, assembled, resource
from tests.plan.preflight.played_aws import PlayedAws

_MYSQL = {"Engine": "mysql", "EngineVersion": "8.4.10", "DBInstanceClass": "db.m7g.large"}
_VALKEY = {"Engine": "valkey", "EngineVersion": "8.2", "CacheNodeType": "cache.t4g.small"}
_STORES = assembled(
    Written(
        name="Data",
        resources={
            "Database": resource("AWS::RDS::DBInstance", "Data/Database", _MYSQL),
            "Cache": resource("AWS::ElastiCache::ReplicationGroup", "Data/Cache", _VALKEY),
        },
    )
)
_DATABASE, _CACHE = data_stores(_STORES)


@pytest.mark.parametrize("offered", [True, False])
def test_a_database_is_offered_with_version_and_class_together(
    aws: PlayedAws,
    offered: bool,  # noqa: FBT001 - a parameter of the table
) -> None:
    """A version that is gone, and a class that a version does not run on, are both missing."""
    options = [{"Engine": "mysql", "EngineVersion": "8.4.10"}] if offered else []
    aws.answers(
        "rds",
        "describe_orderable_db_instance_options",
        {"OrderableDBInstanceOptions": options},
        _MYSQL,
    )

    assert _DATABASE.title == "mysql 8.4.10 on db.m7g.large"
    verdict = _DATABASE.ask(aws.account)
    if offered:
        assert verdict == Ready(f"offered in {REGION}")
    else:
        assert isinstance(verdict, Missing)
        assert verdict.remedy.startswith("aws rds describe-orderable-db-instance-options --region")


def test_a_cache_is_offered_with_its_version_and_its_nodes(aws: PlayedAws) -> None:
    """Both are asked for."""
    _has_version(aws, offered=True)
    offering = {"ReservedCacheNodesOfferings": [{"CacheNodeType": "cache.t4g.small"}]}
    aws.answers("elasticache", "describe_reserved_cache_nodes_offerings", offering)

    assert _CACHE.title == "valkey 8.2 on cache.t4g.small"
    assert _CACHE.ask(aws.account) == Ready(f"offered in {REGION}")


def test_a_version_of_a_cache_that_is_not_offered_is_missing(aws: PlayedAws) -> None:
    """The remedy lists those that are."""
    _has_version(aws, offered=False)

    assert _CACHE.ask(aws.account) == Missing(
        f"valkey 8.2 is not offered in {REGION}",
        f"aws elasticache describe-cache-engine-versions --region {REGION} --engine valkey "
        "--query 'CacheEngineVersions[].EngineVersion'",
    )


@pytest.mark.parametrize("is_refused", [True, False])
def test_a_type_of_nodes_that_does_not_exist_is_missing(
    aws: PlayedAws,
    is_refused: bool,  # noqa: FBT001 - a parameter of the table
) -> None:
    """AWS refuses a word that it has never heard, and offers nothing of what is elsewhere."""
    _has_version(aws, offered=True)
    operation = "describe_reserved_cache_nodes_offerings"
    if is_refused:
        aws.refuses("elasticache", operation, "InvalidParameterValue")
    else:
        aws.answers("elasticache", operation, {"ReservedCacheNodesOfferings": []})

    verdict = _CACHE.ask(aws.account)

    assert isinstance(verdict, Missing)
    assert verdict.found == f"cache.t4g.small is not offered in {REGION}"


def _has_version(aws: PlayedAws, *, offered: bool) -> None:
    found = [{"Engine": "valkey", "EngineVersion": "8.2"}] if offered else []
    aws.answers(
        "elasticache",
        "describe_cache_engine_versions",
        {"CacheEngineVersions": found},
        {"Engine": "valkey", "EngineVersion": "8.2"},
    )
