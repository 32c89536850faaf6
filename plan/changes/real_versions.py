"""The versions that data stores really have: AWS raises minor ones by itself, a template does not.

They matter where a change names another version: what is newer than the deployed template may be
older than the database.
"""

from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from plan.model.assembly import Stack
from plan.model.failure import PlanError

_VERSION = "EngineVersion"
Client = Callable[[str], Any]
"""Makes the client of a service, in the region of the stack."""


def with_real_versions(
    template: Mapping[str, Any], planned: Stack, client: Client
) -> Mapping[str, Any]:
    """Return a deployed template with the real version wherever the planned one names another.

    Raises `PlanError` if AWS does not tell it.
    """
    resources = dict(template["Resources"])
    for name, resource in resources.items():
        wanted = planned.resources.get(name)
        properties = resource.get("Properties", {})
        if resource["Type"] not in _REAL or wanted is None or wanted.type != resource["Type"]:
            continue
        if properties.get(_VERSION) == wanted.properties.get(_VERSION):
            continue
        try:
            detail = client("cloudformation").describe_stack_resource(
                StackName=planned.name, LogicalResourceId=name
            )["StackResourceDetail"]
            real = _REAL[resource["Type"]](client, detail["PhysicalResourceId"])
        except (BotoCoreError, ClientError) as error:
            message = f"AWS does not tell which version {planned.name}/{name} has: {error}"
            raise PlanError(message) from error
        resources[name] = {**resource, "Properties": {**properties, _VERSION: real}}
    return {**template, "Resources": resources}


def _of_database(client: Client, name: str) -> str:
    (found,) = client("rds").describe_db_instances(DBInstanceIdentifier=name)["DBInstances"]
    return str(found[_VERSION])


def _of_cache(client: Client, name: str) -> str:
    cache = client("elasticache")
    (group,) = cache.describe_replication_groups(ReplicationGroupId=name)["ReplicationGroups"]
    node = group["MemberClusters"][0]
    (found,) = cache.describe_cache_clusters(CacheClusterId=node)["CacheClusters"]
    return str(found[_VERSION])


_REAL: Mapping[str, Callable[[Client, str], str]] = {
    "AWS::RDS::DBInstance": _of_database,
    "AWS::ElastiCache::ReplicationGroup": _of_cache,
}
