"""What keeps data, and what works without nodes: APIs, workflows, queues, models."""

from collections.abc import Iterator
from dataclasses import dataclass

from plan.model.ai_services import InferenceProfile, models, transcribing
from plan.model.assembly import Assembly, Resource
from plan.model.roles import POLICY
from plan.model.state_machine import STATE_MACHINE, begun_by_uploads, called, functions_named
from plan.picture.diagram import ManagedService
from plan.picture.subnets import SubnetTier, SubnetTiers, key, label

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
class PlacedService:
    """A service of AWS, and the subnets it is in."""

    service: ManagedService
    stack: str
    subnet_tier: SubnetTier | None
    """None for what belongs to the region and not to a network."""
    members: frozenset[str]
    """Keys of the resources that it shows."""


def services(assembly: Assembly, subnet_tiers: SubnetTiers) -> Iterator[PlacedService]:
    """Return what keeps data, in the order of stacks."""
    for resource in assembly.resources:
        if resource.type in {_DATABASE, _CACHE, _BUCKET}:
            yield PlacedService(
                service=_service_box(resource),
                stack=resource.stack,
                subnet_tier=_subnet_tier(resource, assembly, subnet_tiers),
                members=frozenset({key(resource)}),
            )
    for stack in assembly.stacks:
        for kind, (noun, service) in _COLLECTED.items():
            if found := stack.of_type(kind):
                yield _collection(found, noun, service)


def _collection(found: list[Resource], noun: str, service: str) -> PlacedService:
    many = noun.removesuffix("y") + "ies" if noun.endswith("y") else f"{noun}s"
    return PlacedService(
        service=ManagedService(
            key=f"{found[0].stack}: {many}",
            name=f"{len(found)} {many if len(found) > 1 else noun}",
            kind=service,
            detail=", ".join(map(label, found)),
        ),
        stack=found[0].stack,
        subnet_tier=None,
        members=frozenset(map(key, found)),
    )


def _subnet_tier(
    resource: Resource, assembly: Assembly, subnet_tiers: SubnetTiers
) -> SubnetTier | None:
    named = _SUBNET_GROUPS.get(resource.type)
    if named is None:
        return None
    group = assembly.target(resource.stack, str(resource.properties.get(named)))
    subnets = group.properties.get("SubnetIds", ()) if group else ()
    return subnet_tiers.under(group.stack if group else resource.stack, subnets)


def _service_box(resource: Resource) -> ManagedService:
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
    return ManagedService(
        key=key(resource),
        name=label(resource),
        kind=kind,
        detail=_SEPARATOR.join(str(one) for one in details if one),
    )


_API, _INTEGRATION, _ROUTE = (
    f"AWS::ApiGatewayV2::{name}" for name in ("Api", "Integration", "Route")
)
_QUEUE, _RULE = "AWS::SQS::Queue", "AWS::Events::Rule"


def workflow_services(assembly: Assembly) -> Iterator[PlacedService]:
    """Return them in the order in which an upload meets them."""
    for api in assembly.of_type(_API):
        yield _api(api, assembly)
    for machine in assembly.of_type(STATE_MACHINE):
        # That of a custom resource waits for its own end, and works for nobody else.
        if machine.properties.get("DefinitionSubstitutions"):
            yield _workflow(machine, assembly)
    dead = _dead_letters(assembly)
    for queue in assembly.of_type(_QUEUE):
        if key(queue) not in dead.values():
            yield _queue(queue, dead.get(key(queue)))
    policies = assembly.of_type(POLICY)
    last = assembly.stacks[-1].name if assembly.stacks else ""
    for region in transcribing(assembly, policies):
        yield _service(transcription_key(region), "Transcribe", "speech to text", "", last)
    for model in models(assembly, policies):
        asked = f"{model.scope} profile, asked in {model.region}"
        yield _service(model_key(model), model.name, "Bedrock", asked, last)


def transcription_key(region: str) -> str:
    return f"transcription in {region}"


def model_key(model: InferenceProfile) -> str:
    return f"model {model.profile} in {model.region}"


def _api(api: Resource, assembly: Assembly) -> PlacedService:
    def of(kind: str) -> list[Resource]:
        return [
            one
            for one in assembly.of_type(kind)
            if assembly.target(one.stack, str(one.properties.get("ApiId"))) == api
        ]

    routes = of(_ROUTE)
    uris = [str(one.properties.get("IntegrationUri")) for one in of(_INTEGRATION)]
    functions = functions_named(api.stack, uris, assembly)
    are_open = any(one.properties.get("AuthorizationType", "NONE") == "NONE" for one in routes)
    details = [
        "open to everybody" if are_open else "callers sign",
        ", ".join(str(one.properties.get("RouteKey")) for one in routes),
    ]
    service = ManagedService(
        key=key(api),
        name=label(api),
        kind=f"{api.properties.get('ProtocolType')} API, from the internet",
        detail=_SEPARATOR.join(details),
        box_kind="entrance",
    )
    return _standing(service, api, functions)


def _workflow(machine: Resource, assembly: Assembly) -> PlacedService:
    functions = called(machine, assembly)
    details = [
        "begun by uploads" if machine in begun_by_uploads(assembly) else "",
        "calls " + ", ".join(label(one).rpartition("/")[2] for one in functions),
    ]
    service = ManagedService(
        key=key(machine),
        name=label(machine),
        kind="Step Functions and Lambda" if functions else "Step Functions",
        detail=_SEPARATOR.join(detail for detail in details if detail),
        box_kind="step",
    )
    return _standing(service, machine, functions)


def _queue(queue: Resource, dead_letters: str | None) -> PlacedService:
    tries = queue.properties.get("RedrivePolicy", {}).get("maxReceiveCount")
    service = ManagedService(
        key=key(queue),
        name=label(queue),
        kind="SQS",
        detail=f"after {tries} tries to its dead letters" if dead_letters else "",
        box_kind="step",
    )
    members = {key(queue), *([dead_letters] if dead_letters else [])}
    return PlacedService(
        service=service, stack=queue.stack, subnet_tier=None, members=frozenset(members)
    )


def _service(name: str, title: str, kind: str, detail: str, stack: str) -> PlacedService:
    service = ManagedService(key=name, name=title, kind=kind, detail=detail, box_kind="step")
    return PlacedService(service=service, stack=stack, subnet_tier=None, members=frozenset())


def _standing(
    service: ManagedService, resource: Resource, functions: list[Resource]
) -> PlacedService:
    members = frozenset(map(key, [resource, *functions]))
    return PlacedService(service=service, stack=resource.stack, subnet_tier=None, members=members)


def _dead_letters(assembly: Assembly) -> dict[str, str]:
    """Return the dead-letter queues, by the key of the queue or rule that sends to them."""
    found: dict[str, str] = {}
    for queue in assembly.of_type(_QUEUE):
        named = str(queue.properties.get("RedrivePolicy", {}).get("deadLetterTargetArn"))
        if target := assembly.target(queue.stack, named):
            found[key(queue)] = key(target)
    for rule in assembly.of_type(_RULE):
        for one in rule.properties.get("Targets", ()):
            named = str((one.get("DeadLetterConfig") or {}).get("Arn"))
            if target := assembly.target(rule.stack, named):
                found[key(rule)] = key(target)
    return found
