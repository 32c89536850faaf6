"""What keeps data: in subnets, or in the region."""

from collections.abc import Iterator
from dataclasses import dataclass

from plan.model.assembly import Assembly, Resource
from plan.picture.network import Ground, Grounds, key, label
from plan.picture.scene import Store

_DATABASE = "AWS::RDS::DBInstance"
_CACHE = "AWS::ElastiCache::ReplicationGroup"
_BUCKET = "AWS::S3::Bucket"
_COLLECTED = {
    "AWS::SecretsManager::Secret": ("secret", "Secrets Manager"),
    "AWS::ECR::Repository": ("image repository", "ECR"),
    "AWS::CloudWatch::Alarm": ("alarm", "CloudWatch"),
}
"""Types of which the picture shows all of a stack as one, and what one of them is called."""
_SUBNET_GROUPS = {_DATABASE: "DBSubnetGroupName", _CACHE: "CacheSubnetGroupName"}
_SEPARATOR = " \N{MIDDLE DOT} "


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A store, and where it stands."""

    store: Store
    stack: str
    ground: Ground | None
    """None for what belongs to the region and not to a network."""
    members: frozenset[str]
    """Keys of the resources that it shows."""


def stores(assembly: Assembly, grounds: Grounds) -> Iterator[Standing]:
    """Return the stores of an assembly, in the order of its stacks."""
    for resource in assembly.resources:
        if resource.type in {_DATABASE, _CACHE, _BUCKET}:
            yield Standing(
                store=_store(resource),
                stack=resource.stack,
                ground=_ground(resource, assembly, grounds),
                members=frozenset({key(resource)}),
            )
    for stack in assembly.stacks:
        for kind, (noun, service) in _COLLECTED.items():
            if found := stack.of_type(kind):
                yield _collection(found, noun, service)


def _collection(found: list[Resource], noun: str, service: str) -> Standing:
    many = noun.removesuffix("y") + "ies" if noun.endswith("y") else f"{noun}s"
    return Standing(
        store=Store(
            key=f"{found[0].stack}: {many}",
            name=f"{len(found)} {many if len(found) > 1 else noun}",
            kind=service,
            detail=", ".join(map(label, found)),
        ),
        stack=found[0].stack,
        ground=None,
        members=frozenset(map(key, found)),
    )


def _ground(resource: Resource, assembly: Assembly, grounds: Grounds) -> Ground | None:
    named = _SUBNET_GROUPS.get(resource.type)
    if named is None:
        return None
    group = assembly.target(resource.stack, str(resource.properties.get(named)))
    subnets = group.properties.get("SubnetIds", ()) if group else ()
    return grounds.under(group.stack if group else resource.stack, subnets)


def _store(resource: Resource) -> Store:
    given = resource.properties
    engine = f"{given.get('Engine', '')} {given.get('EngineVersion', '')}".strip()
    match resource.type:
        case "AWS::RDS::DBInstance":
            in_two = str(given.get("MultiAZ", False)).lower() == "true"
            kind, details = (
                engine,
                [
                    given.get("DBInstanceClass"),
                    f"{given['AllocatedStorage']} GB" if "AllocatedStorage" in given else None,
                    "standby in another zone" if in_two else "one zone",
                ],
            )
        case "AWS::ElastiCache::ReplicationGroup":
            nodes = given.get("NumCacheClusters")
            kind, details = engine, [given.get("CacheNodeType"), f"{nodes} nodes" if nodes else ""]
        case _:
            is_kept = given.get("VersioningConfiguration", {}).get("Status") == "Enabled"
            kind, details = "S3", ["bucket, versioned" if is_kept else "bucket"]
    return Store(
        key=key(resource),
        name=label(resource),
        kind=kind,
        detail=_SEPARATOR.join(str(one) for one in details if one),
    )
