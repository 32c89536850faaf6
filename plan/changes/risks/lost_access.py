"""Something that stays in AWS can do, be taken or be reached no longer."""

from collections.abc import Iterator

from plan.changes.nouns import Change, Changed, Removed, Replaced, Risk, Severity, Topic, subject
from plan.changes.risks import iam, security_groups
from plan.changes.risks.iam import Grant
from plan.changes.sides import Side, Sides
from plan.changes.values import as_list, at, some
from plan.model.assembly import Resource
from plan.model.intrinsics import references

_ROUTE = "AWS::EC2::Route"
_ASSOCIATION = "AWS::EC2::SubnetRouteTableAssociation"
_ENDPOINT = "AWS::EC2::VPCEndpoint"
_IDENTITY = "AWS::EKS::PodIdentityAssociation"
_ASSOCIATIONS = "PodIdentityAssociations"
"""Of an add-on of EKS."""
_GROUPS = "KubernetesGroups"
"""Of an access entry of EKS."""
_FOUND_BY = ("kubernetes.io/", "k8s.io/", "elbv2.k8s.aws/")
_DESTINATIONS = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")


def check(change: Change, sides: Sides) -> Iterator[Risk]:
    """Yield what goes while whoever had it stays, and while what it led to is still there."""
    match change:
        case Changed(before=Resource() as before) | Replaced(before=before):
            yield from _rights(before, sides)
            yield from _trust(before, sides)
            yield from _rules(before, sides)
            yield from _marks(before, sides)
            yield from _identity(before, sides)
        case Removed(Resource() as item):
            yield from _rights(item, sides)
            yield from _rules(item, sides)
            yield from _ways(item, sides)
            yield from _identity(item, sides)


def _rights(before: Resource, sides: Sides) -> Iterator[Risk]:
    """Yield rights that none of the policies of the same owner gives any more."""
    granted = iam.granted(before, iam.allowed)
    for owner in _owners(before, sides) if granted else ():
        # Another policy of the owner may have taken them over.
        kept = _rights_of(owner, before, sides.after)
        lost = [one for one in iam.uncovered(granted, kept) if _is_still_there(one, before, sides)]
        if lost:
            yield _lost(before, f"no longer allows {some(lost)}: whoever still asks is refused")
            return
    after = sides.after.twin(before)
    if isinstance(after, Resource):
        gone = sorted(iam.managed(before) - iam.managed(after))
        if gone:
            names = some(one.rpartition("/")[2] for one in gone)
            yield _lost(after, f"no longer has {names}: whoever still asks for that is refused")


def _trust(before: Resource, sides: Sides) -> Iterator[Risk]:
    after = sides.after.twin(before)
    if isinstance(after, Resource):
        lost = iam.uncovered(iam.trust(before), iam.trust(after))
        if lost := [one for one in lost if _is_still_there(one, before, sides)]:
            sentence = f"can no longer be assumed as before: {some(lost)} is refused"
            yield _lost(after, sentence)


def _rules(before: Resource, sides: Sides) -> Iterator[Risk]:
    group = security_groups.group_of(before)
    if group is None or not _stays(group, sides):
        return
    known = list(security_groups.rules_of(group, sides.after))
    lost = [
        rule
        for rule in security_groups.rules(before)
        if not any(one.covers(rule) for one in known) and _has(rule.peer, before, sides)
    ]
    if lost:
        what = some(f"{'inbound' if rule.is_inbound else 'outbound'} {rule}" for rule in lost)
        sentence = f"no longer allows {what}: connections that still need it time out"
        yield Risk.of(before, Topic.LOST, Severity.RISKY, sentence)


def _ways(item: Resource, sides: Sides) -> Iterator[Risk]:
    if item.type == _ROUTE and _stays(_named(item, item.properties.get("RouteTableId")), sides):
        where = next((item.properties[one] for one in _DESTINATIONS if one in item.properties), "")
        sentence = f"is removed: the subnets of its route table lose their way to {where}"
        yield Risk.of(item, Topic.LOST, Severity.RISKY, sentence)
    if item.type == _ASSOCIATION and _stays(_named(item, item.properties.get("SubnetId")), sides):
        sentence = "is removed: its subnet has the VPC's main route table then, without ways out"
        yield Risk.of(item, Topic.LOST, Severity.RISKY, sentence)
    if item.type == _ENDPOINT and _stays(_named(item, item.properties.get("VpcId")), sides):
        sentence = "is removed: what went by it goes through NAT, at its price, or nowhere"
        yield Risk.of(item, Topic.LOST, Severity.RISKY, sentence)


def _identity(before: Resource, sides: Sides) -> Iterator[Risk]:
    """Yield an account that no association gives its role any more, while pods run with it."""
    if before.type != _IDENTITY:
        return
    yield from _role(before, sides)
    account = _account(before)
    given = {_account(one) for one in sides.after.assembly.of_type(_IDENTITY)}
    users = [
        one
        for one in sides.after.objects
        if (one.namespace, at(one.pod_template, "spec.serviceAccountName")) == account
    ]
    if account not in given and users:
        sentence = f"no longer gives its role to {some(map(subject, users))}"
        yield _lost(before, f"{sentence}: their service account is {account[1]}")


def _role(before: Resource, sides: Sides) -> Iterator[Risk]:
    """Yield rights that the role which pods get next has not, though theirs has them."""
    after = sides.after.twin(before)
    if not isinstance(after, Resource):
        return
    old, new = (_named(one, one.properties.get("RoleArn")) for one in (before, after))
    was, now = _at(old, sides.before), _at(new, sides.after)
    if old == new or was is None or now is None:
        return
    lost = iam.uncovered(_rights_of(old, was, sides.before), _rights_of(new, now, sides.after))
    lost = [one for one in lost if _is_still_there(one, before, sides)]
    names = [
        *map(str, lost),
        *(one.rpartition("/")[2] for one in iam.managed(was) - iam.managed(now)),
    ]
    if names:
        sentence = f"gives pods a role that does not allow {some(names)}, also those that run now"
        yield _lost(after, sentence)


def _account(association: Resource) -> tuple[object, object]:
    return association.properties.get("Namespace"), association.properties.get("ServiceAccount")


def _marks(before: Resource, sides: Sides) -> Iterator[Risk]:
    """Yield marks by which the cluster knows somebody, or a controller finds a subnet."""
    after = sides.after.twin(before)
    if not isinstance(after, Resource):
        return
    groups, left = (set(as_list(one.properties.get(_GROUPS))) for one in (before, after))
    if gone := sorted(map(str, groups - left)):
        yield _lost(after, f"is no longer of {some(gone)}, and has none of its rights")
    accounts, left = (
        {one.get("ServiceAccount") for one in as_list(one_side.properties.get(_ASSOCIATIONS))}
        for one_side in (before, after)
    )
    if gone := sorted(map(str, accounts - left)):
        yield _lost(after, f"no longer gives its role to {some(gone)}")
    tags, kept = (
        {str(tag.get("Key")) for tag in as_list(one.properties.get("Tags"))}
        for one in (before, after)
    )
    if found_by := sorted(tag for tag in tags - kept if tag.startswith(_FOUND_BY)):
        yield _lost(after, f"loses {some(found_by)}, by which a controller finds it")


def _owners(policy: Resource, sides: Sides) -> Iterator[str]:
    """Yield what a policy is attached to and stays, as `Stack/LogicalId`; itself, if inline."""
    attached = [
        _named(policy, one)
        for name in iam.OWNERS
        for one in as_list(policy.properties.get(name))
        if sides.before.assembly.target(policy.stack, str(one))
    ]
    yield from (one for one in attached or [_own(policy)] if _stays(one, sides))


def _rights_of(owner: str, policy: Resource, side: Side) -> Iterator[Grant]:
    """Yield what all policies of a kind give to an owner, or to whom they give it."""
    for resource in side.assembly.resources:
        is_attached = resource.type == policy.type or {resource.type, policy.type} <= iam.IDENTITIES
        attached = [
            _named(resource, one)
            for name in iam.OWNERS
            for one in as_list(resource.properties.get(name))
        ]
        if owner == _own(resource) or (is_attached and owner in attached):
            yield from iam.granted(resource, iam.allowed)


def _is_still_there(grant: Grant, seen_from: Resource, sides: Sides) -> bool:
    """Whether nothing that a grant names has gone itself."""
    return all(_has(text, seen_from, sides) for text in (grant.resource, grant.principal))


def _has(text: str, seen_from: Resource, sides: Sides) -> bool:
    names = [_named(seen_from, one) for one in references(text)]
    made = [one for one in names if _at(one, sides.before)]
    return all(_at(one, sides.after) for one in made)


def _stays(name: str, sides: Sides) -> bool:
    """Whether a resource is on both sides, or in no template."""
    return _at(name, sides.after) is not None or _at(name, sides.before) is None


def _at(name: str, side: Side) -> Resource | None:
    stack, _, logical_id = name.partition("/")
    return side.resource(stack, logical_id)


def _own(resource: Resource) -> str:
    return f"{resource.stack}/{resource.logical_id}"


def _named(seen_from: Resource, reference: object) -> str:
    """Return what a reference names as `Stack/LogicalId`."""
    name = str(reference).removeprefix("${").removesuffix("}")
    name = name if "/" in name else f"{seen_from.stack}/{name}"
    stack, _, logical_id = name.partition("/")
    return f"{stack}/{logical_id.partition('.')[0]}"


def _lost(item: Resource, sentence: str) -> Risk:
    return Risk.of(item, Topic.LOST, Severity.RISKY, sentence)
