"""The version that a data store has by now, where a change names another one."""

from collections.abc import Iterator
from typing import Any

import pytest

from plan.changes.real_versions import Client, with_real_versions
from plan.model.assembly import Stack
from plan.model.failure import PlanError
from tests.plan.assemblies import REGION, Document, Written, assembled, resource
from tests.plan.preflight.played_aws import PlayedAws

_DATABASE, _CACHE = "AWS::RDS::DBInstance", "AWS::ElastiCache::ReplicationGroup"


@pytest.fixture
def aws() -> Iterator[PlayedAws]:
    """Return an account in which the stack's store is called `store-1`."""
    played = PlayedAws()
    played.has("Store", "store-1")
    yield played
    played.close()


def _client(aws: PlayedAws) -> Client:
    def client(service: str) -> Any:
        return aws.client(service, region_name=REGION)

    return client


def _template(kind: str, version: str) -> Document:
    return {"Resources": {"Store": resource(kind, "Data/Store", {"EngineVersion": version})}}


def _planned(kind: str, version: str) -> Stack:
    written = Written(name="Data", resources=_template(kind, version)["Resources"])
    return assembled(written).stack("Data")


def _version(template: Any) -> str:
    return str(template["Resources"]["Store"]["Properties"]["EngineVersion"])


def test_a_database_that_aws_has_upgraded_is_compared_as_it_is(aws: PlayedAws) -> None:
    """8.4.11 is newer than the template, and a downgrade of the database."""
    aws.answers("rds", "describe_db_instances", {"DBInstances": [{"EngineVersion": "8.4.12"}]})

    found = with_real_versions(
        _template(_DATABASE, "8.4.10"), _planned(_DATABASE, "8.4.11"), _client(aws)
    )

    assert _version(found) == "8.4.12"


def test_a_cache_is_asked_by_one_of_its_nodes(aws: PlayedAws) -> None:
    """The group itself does not tell."""
    group = {"MemberClusters": ["store-1-001"]}
    aws.answers("elasticache", "describe_replication_groups", {"ReplicationGroups": [group]})
    node = {"CacheClusters": [{"EngineVersion": "8.2.3"}]}
    request = {"CacheClusterId": "store-1-001"}
    aws.answers("elasticache", "describe_cache_clusters", node, request)

    found = with_real_versions(_template(_CACHE, "8.1"), _planned(_CACHE, "8.2"), _client(aws))

    assert _version(found) == "8.2.3"


def test_what_does_not_change_is_not_asked_for() -> None:
    """CloudFormation leaves the database alone where the template says the same as before."""

    def nobody(service: str) -> Any:
        pytest.fail(f"{service} was asked")

    template = _template(_DATABASE, "8.4.10")
    assert with_real_versions(template, _planned(_DATABASE, "8.4.10"), nobody) == template


def test_a_refusal_of_aws_is_told(aws: PlayedAws) -> None:
    """Else a downgrade would be called an upgrade."""
    aws.refuses("rds", "describe_db_instances", "AccessDenied")

    with pytest.raises(PlanError, match=r"AWS does not tell which version Data/Store has.*Denied"):
        with_real_versions(
            _template(_DATABASE, "8.4.10"), _planned(_DATABASE, "8.4.11"), _client(aws)
        )
