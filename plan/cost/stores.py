"""Data stores: databases with their storage, and caches."""

from collections.abc import Iterator

from plan.cost.finding import Line, by_the_hour, quote
from plan.model.assembly import Assembly, Resource
from plan.model.figures import Scale, figure

_PART = "data stores"


def store_lines(assembly: Assembly) -> Iterator[Line]:
    for database in assembly.of_type("AWS::RDS::DBInstance"):
        yield from _database(database, assembly.region_of(database))
    for cache in assembly.of_type("AWS::ElastiCache::ReplicationGroup"):
        yield _cache(cache, assembly.region_of(cache))


def _database(database: Resource, region: str) -> Iterator[Line]:
    properties = database.properties
    engine, machine = properties.get("Engine", "engine"), properties.get("DBInstanceClass")
    kind = properties.get("StorageType", "gp2")
    zones = "multi-az" if properties.get("MultiAZ") in (True, "true") else "single-az"
    yield by_the_hour(
        stack=database.stack,
        part=_PART,
        owner=database.service,
        what=f"{engine} {machine}, {zones}",
        count=Scale.fixed(1),
        price=quote(region, f"rds.{engine}.{machine}.{zones}"),
    )
    for what, unit, name in (
        ("storage", "gb-month", "AllocatedStorage"),
        ("IOPS", "iops-month", "Iops"),
        ("throughput", "mibps-month", "StorageThroughput"),
    ):
        if name in properties:
            yield Line(
                stack=database.stack,
                part=_PART,
                owner=database.service,
                what=f"{engine} {kind} {what}, {zones}",
                count=Scale.fixed(1),
                each=figure(_named(database), name, properties[name]),
                price=quote(region, f"rds.{engine}.{kind}.{zones}.{unit}"),
            )


def _cache(cache: Resource, region: str) -> Line:
    properties = cache.properties
    engine, machine = properties.get("Engine", "redis"), properties.get("CacheNodeType")
    whose = _named(cache)
    shards = figure(whose, "NumNodeGroups", properties.get("NumNodeGroups", 1))
    replicas = figure(whose, "ReplicasPerNodeGroup", properties.get("ReplicasPerNodeGroup", 0))
    nodes = figure(whose, "NumCacheClusters", properties.get("NumCacheClusters", replicas + 1))
    return by_the_hour(
        stack=cache.stack,
        part=_PART,
        owner=cache.service,
        what=f"{engine} {machine}",
        count=Scale.fixed(shards * nodes),
        price=quote(region, f"elasticache.{engine}.{machine}"),
    )


def _named(store: Resource) -> str:
    return f"{store.path} in stack {store.stack}"
