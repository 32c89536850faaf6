"""Whether RDS and ElastiCache offer the versions and classes of the data stores."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from botocore.exceptions import ClientError

from plan.model.assembly import Assembly
from plan.preflight.account import Account, deployment_region
from plan.preflight.verdicts import Check, Missing, Ready, Verdict


@dataclass(frozen=True, kw_only=True)
class _Offered:
    """An engine in a version on a size of machine, which AWS offers together or not at all."""

    engine: str
    version: str
    size: str
    region: str

    @property
    def title(self) -> str:
        return f"{self.engine} {self.version} on {self.size}"


class DatabaseOffered(_Offered):
    """A database of RDS."""

    def ask(self, account: Account) -> Verdict:
        offered = account.client("rds", self.region).describe_orderable_db_instance_options(
            Engine=self.engine, EngineVersion=self.version, DBInstanceClass=self.size
        )["OrderableDBInstanceOptions"]
        if offered:
            return Ready(f"offered in {self.region}")
        listing = (
            f"aws rds describe-orderable-db-instance-options --region {self.region} "
            f"--engine {self.engine} --db-instance-class {self.size} "
            "--query 'OrderableDBInstanceOptions[].EngineVersion'"
        )
        return Missing(f"not offered in {self.region}", listing)


class CacheOffered(_Offered):
    """A cache of ElastiCache."""

    def ask(self, account: Account) -> Verdict:
        """Ask for the versions, and for prices in advance: no other call lists the node types."""
        cache = account.client("elasticache", self.region)
        if not cache.describe_cache_engine_versions(Engine=self.engine, EngineVersion=self.version)[
            "CacheEngineVersions"
        ]:
            listing = (
                f"aws elasticache describe-cache-engine-versions --region {self.region} "
                f"--engine {self.engine} --query 'CacheEngineVersions[].EngineVersion'"
            )
            what = f"{self.engine} {self.version}"
            return Missing(f"{what} is not offered in {self.region}", listing)
        try:
            offered = cache.describe_reserved_cache_nodes_offerings(CacheNodeType=self.size)[
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
        return Missing(f"{self.size} is not offered in {self.region}", listing)


_KINDS: Mapping[str, tuple[type[DatabaseOffered | CacheOffered], str]] = {
    "AWS::RDS::DBInstance": (DatabaseOffered, "DBInstanceClass"),
    "AWS::ElastiCache::ReplicationGroup": (CacheOffered, "CacheNodeType"),
}
"""What checks a type of resource, and its property with the size."""


def data_stores(chosen: Assembly) -> Iterator[Check]:
    for resource_type, (check, size) in _KINDS.items():
        for resource in chosen.of_type(resource_type):
            properties = resource.properties
            if properties.get("EngineVersion"):
                yield check(
                    engine=str(properties["Engine"]),
                    version=str(properties["EngineVersion"]),
                    size=str(properties[size]),
                    region=deployment_region(chosen.stack(resource.stack)),
                )
