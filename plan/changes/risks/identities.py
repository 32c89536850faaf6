"""What is one thing to AWS and two to a template: a name that is taken while it changes hands."""

import re
from collections.abc import Iterator, Mapping

from plan.changes.nouns import Added, Change, Replaced, Risk, Severity, Topic, subject
from plan.changes.schemas import schema, values_at
from plan.changes.sides import Side, Sides, key
from plan.model.assembly import Resource
from plan.model.kubernetes import HelmRelease, named

Identity = tuple[str, ...]

_RULE = ("GroupId", "IpProtocol", "FromPort", "ToPort", "CidrIp", "CidrIpv6")
_RULES = {
    "AWS::EC2::SecurityGroupIngress": (*_RULE, "SourceSecurityGroupId", "SourcePrefixListId"),
    "AWS::EC2::SecurityGroupEgress": (
        *_RULE,
        "DestinationSecurityGroupId",
        "DestinationPrefixListId",
    ),
}
"""Properties of which those that are there tell one rule from another."""
_UNIQUE: Mapping[str, tuple[str, ...]] = {
    "AWS::ApiGatewayV2::Route": ("ApiId", "RouteKey"),
    "AWS::EC2::LaunchTemplate": ("LaunchTemplateName",),
    "AWS::EC2::Route": ("RouteTableId", "DestinationCidrBlock"),
    "AWS::EC2::SecurityGroup": ("VpcId", "GroupName"),
    "AWS::EC2::SubnetRouteTableAssociation": ("SubnetId",),
    "AWS::EKS::PodIdentityAssociation": ("ClusterName", "Namespace", "ServiceAccount"),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": ("Name",),
    "AWS::ElasticLoadBalancingV2::TargetGroup": ("Name",),
    "AWS::Events::Rule": ("Name",),
    "AWS::IAM::ManagedPolicy": ("ManagedPolicyName",),
    "AWS::Lambda::EventSourceMapping": ("FunctionName", "EventSourceArn"),
    "AWS::SNS::Topic": ("TopicName",),
    "AWS::SQS::Queue": ("QueueName",),
    "AWS::SecretsManager::Secret": ("Name",),
    "AWS::StepFunctions::StateMachine": ("StateMachineName",),
}
"""Properties that AWS takes only once, of types whose identifier in the schema is another."""
_REFERENCE = re.compile(r"\$\{[^}]+\}")
_STAYS = {"Retain", "RetainExceptOnCreate"}


def check(change: Change, sides: Sides) -> Iterator[Risk]:
    """Yield a new resource whose name or other identity a deployed one has."""
    match change:
        case Added(Resource() as item) | Replaced(item=item):
            identity = _identity(item, sides.after)
            for other in sides.before.assembly.of_type(item.type) if identity else ():
                if key(other) != key(item) and _identity(other, sides.before) == identity:
                    yield from _taken(item, other, sides)
        case _:
            pass


def moved_releases(sides: Sides) -> Iterator[Risk]:
    """Yield the charts that another resource installs from now on."""
    for item in sides.after.items.values():
        match item, sides.before.twin(item):
            case HelmRelease(resource=new), HelmRelease(resource=old) if key(new) != key(old):
                if sides.after.resource(*key(old)[:2]):  # type: ignore[arg-type] # of a resource
                    continue
                sentence = (
                    f"is uninstalled: {subject(new)} installs it first, and then CloudFormation "
                    f"deletes {old.logical_id}, which had: keep the id of its construct"
                )
                yield Risk.of(item, Topic.REFUSED, Severity.RISKY, sentence)


def _taken(item: Resource, other: Resource, sides: Sides) -> Iterator[Risk]:
    """Yield that a name is taken, unless the one that has it is deleted by an earlier stack."""
    order = [stack.name for stack in sides.after.assembly.stacks]
    twin = sides.after.twin(other)
    is_kept = other.deletion_policy in _STAYS
    if isinstance(twin, Resource) and _identity(twin, sides.after) == _identity(item, sides.after):
        remedy = "leave one of both out"
    elif not is_kept and twin is None and order.index(other.stack) < order.index(item.stack):
        return
    else:
        again = f"with `cdk import {item.stack}`, since the old one stays" if is_kept else "with it"
        remedy = f"keep the construct's id, or `cdk deploy {other.stack}` without it, then {again}"
    sentence = (
        f"is the same to AWS as {subject(other)}, which exists already, so CloudFormation cannot "
        f"create it: {remedy}"
    )
    yield Risk.of(item, Topic.REFUSED, Severity.RISKY, sentence)


def _identity(resource: Resource, side: Side) -> Identity | None:
    """Return what AWS tells a resource by; None where the template leaves some of it to AWS."""
    given = resource.properties
    if resource.type in _RULES:
        values = [given.get(name, "") for name in _RULES[resource.type]]
        return _spelled(resource, values, side) if given.get("GroupId") else None
    paths = _UNIQUE.get(resource.type)
    if paths is None:
        paths = schema(resource.type, side.assembly.region_of(resource)).identifier
    found = [value for path in paths for value in values_at(given, path)]
    return _spelled(resource, found, side) if paths and len(found) == len(paths) else None


def _spelled(resource: Resource, values: list[object], side: Side) -> Identity:
    """Put in the place of each reference the resource that it means, also within a text."""

    def meant(reference: re.Match[str]) -> str:
        return named(side.assembly, resource.stack, reference[0])

    return tuple(_REFERENCE.sub(meant, str(value)) for value in values)
