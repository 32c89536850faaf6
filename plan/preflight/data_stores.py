"""Whether RDS and ElastiCache offer the versions and classes of the data stores."""

from collections.abc import Iterator
from dataclasses import dataclass

from botocore.exceptions import ClientError

from plan.model.assembly import Assembly, Resource
from plan.preflight.account import Account, deployment_region
from plan.preflight.verdicts import Check, Missing, Ready, Verdict


@dataclass(frozen=True, kw_only=True)
class DatabaseOffered:
    """A database of RDS: engine, version and class, which are offered together or not at all."""

    resource: Resource
    region: str

    @property
    def _wanted(self) -> tuple[str, str, str]:
        properties = self.resource.properties
        return (
            str(properties["Engine"]),
            str(properties["EngineVersion"]),
            str(properties["DBInstanceClass"]),
        )

    @property
    def title(self) -> str:
        engine, version, instance_class = self._wanted
        return f"{engine} {version} on {instance_class}"

    def ask(self, account: Account) -> Verdict:
        engine, version, instance_class = self._wanted
        offered = account.client("rds", self.region).describe_orderable_db_instance_options(
            Engine=engine, EngineVersion=version, DBInstanceClass=instance_class
        )["OrderableDBInstanceOptions"]
        if offered:
            return Ready(f"offered in {self.region}")
        listing = (
            f"aws rds describe-orderable-db-instance-options --region {self.region} "
            f"--engine {engine} --db-instance-class {instance_class} "
            "--query 'OrderableDBInstanceOptions[].EngineVersion'"
        )
        return Missing(f"not offered in {self.region}", listing)


@dataclass(frozen=True, kw_only=True)
class CacheOffered:
    """A cache of ElastiCache: engine and version, and the type of its nodes."""

    resource: Resource
    region: str

    @property
    def _wanted(self) -> tuple[str, str, str]:
        properties = self.resource.properties
        return (
            str(properties["Engine"]),
            str(properties["EngineVersion"]),
            str(properties["CacheNodeType"]),
        )

    @property
    def title(self) -> str:
        engine, version, node_type = self._wanted
        return f"{engine} {version} on {node_type}"

    def ask(self, account: Account) -> Verdict:
        """Ask for the versions, and for prices in advance: no other call lists the node types."""
        engine, version, node_type = self._wanted
        cache = account.client("elasticache", self.region)
        if not cache.describe_cache_engine_versions(Engine=engine, EngineVersion=version)[
            "CacheEngineVersions"
        ]:
            listing = (
                f"aws elasticache describe-cache-engine-versions --region {self.region} "
                f"--engine {engine} --query 'CacheEngineVersions[].EngineVersion'"
            )
            return Missing(f"{engine} {version} is not offered in {self.region}", listing)
        try:
            offered = cache.describe_reserved_cache_nodes_offerings(CacheNodeType=node_type)[
                "ReservedCacheNodesOfferings"
            ]
        except ClientError as error:
            if error.response["Error"]["Code"] != "InvalidParameterValue":
                raise
            offered = []
        if offered:
            return Ready(f"offered in {self.region}")
        listing = (
            f"aws elasticache describe-reserved-cache-nodes-offerings --region {self.region} "
            "--query 'ReservedCacheNodesOfferings[].CacheNodeType'"
        )
        return Missing(f"{node_type} is not offered in {self.region}", listing)


def data_stores(chosen: Assembly) -> Iterator[Check]:
    for resource in chosen.of_type("AWS::RDS::DBInstance"):
        if resource.properties.get("EngineVersion"):
            yield DatabaseOffered(resource=resource, region=_region(chosen, resource))
    for resource in chosen.of_type("AWS::ElastiCache::ReplicationGroup"):
        if resource.properties.get("EngineVersion"):
            yield CacheOffered(resource=resource, region=_region(chosen, resource))


def _region(chosen: Assembly, resource: Resource) -> str:
    return deployment_region(chosen.stack(resource.stack))
