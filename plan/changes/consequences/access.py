"""Somebody may do more in AWS: policies, trust, and access to the cluster."""

from collections.abc import Callable, Iterator

from plan.changes.consequences.grants import Grant, allowed, denied, uncovered
from plan.changes.consequences.values import as_list, some
from plan.changes.nouns import (
    Added,
    Change,
    Changed,
    Finding,
    Removed,
    Replaced,
    Severity,
    Topic,
    about,
)
from plan.changes.sides import Side, Sides
from plan.model.assembly import Resource

Effect = Callable[[object], frozenset[Grant]]
_TRUST = "AssumeRolePolicyDocument"
_DOCUMENTS = ("PolicyDocument", "KeyPolicy", "ResourcePolicy", "RepositoryPolicyText")
_ADMINISTERS = "/AdministratorAccess"
_BELONGS_TO = ("Roles", "Users", "Groups", "Bucket", "ClusterName")
"""Properties by which a policy, or an access entry, names what it opens."""


def look(change: Change, sides: Sides) -> Iterator[Finding]:
    """Yield what somebody may do after a change and not before."""
    match change:
        case Added(Resource() as item):
            is_new = not _extends(item, sides.before)
            yield from _widened(None, item, only_boundless=is_new)
        case Changed(item=Resource() as item) | Replaced(item=item):
            before = change.before
            if isinstance(before, Resource):
                yield from _widened(before, item, only_boundless=False)
        case Removed(Resource() as item):
            # A whole role or bucket takes its policy with it.
            if _extends(item, sides.after) and (lost := _all(item, denied)):
                sentence = f"no longer denies {some(sorted(map(str, lost)))}"
                yield about(item, Topic.ACCESS, Severity.RISKY, sentence)


def _widened(
    before: Resource | None, after: Resource, *, only_boundless: bool
) -> Iterator[Finding]:
    old = _all(before, allowed) if before else frozenset()
    grants = uncovered(_all(after, allowed), old)
    if only_boundless:
        grants = [grant for grant in grants if grant.is_boundless]
    if grants:
        yield _risk(after, f"now also allows {some(grants)}")
    if trust := uncovered(_trust(after), _trust(before) if before else ()):
        named = [grant for grant in trust if before or grant.is_boundless]
        if named:
            yield _risk(after, f"can now be assumed by {some(grant.principal for grant in named)}")
    if before and (lost := uncovered(_all(before, denied), _all(after, denied))):
        yield _risk(after, f"no longer denies {some(lost)}")
    managed = sorted(_managed(after) - (_managed(before) if before else set()))
    if only_boundless:
        managed = [one for one in managed if one.endswith(_ADMINISTERS)]
    if managed:
        yield _risk(after, f"now also has {some(one.rpartition('/')[2] for one in managed)}")


def _all(resource: Resource, effect: Effect) -> frozenset[Grant]:
    documents = [resource.properties.get(name) for name in _DOCUMENTS]
    if resource.type in {"AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group"}:
        inline = as_list(resource.properties.get("Policies"))
        documents += [policy.get("PolicyDocument") for policy in inline]
    return frozenset().union(*(effect(document) for document in documents if document))


def _trust(resource: Resource) -> frozenset[Grant]:
    return allowed(resource.properties.get(_TRUST))


def _managed(resource: Resource) -> set[str]:
    """Return the policies that others wrote: of IAM for a role, of EKS for an access entry."""
    entries = as_list(resource.properties.get("AccessPolicies"))
    return {str(arn) for arn in as_list(resource.properties.get("ManagedPolicyArns"))} | {
        str(entry.get("PolicyArn")) for entry in entries
    }


def _extends(item: Resource, side: Side) -> bool:
    """Whether a policy, or an access entry, belongs to something that a side has."""
    owners = [owner for name in _BELONGS_TO for owner in as_list(item.properties.get(name))]
    return any(side.assembly.target(item.stack, str(owner)) for owner in owners)


def _risk(item: Resource, sentence: str) -> Finding:
    return about(item, Topic.ACCESS, Severity.RISKY, sentence)
