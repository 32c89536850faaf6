"""Permissions in AWS are broadened: policies, trust, and access entries of a cluster."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import product

from plan.changes.nouns import Added, Change, Changed, Removed, Replaced, Risk, Severity, Topic
from plan.changes.sides import Side, Sides
from plan.changes.values import as_list, some
from plan.model.assembly import Resource

_ALL_BUT = "all but "
_THERE = frozenset({"false"})
"""What the operator `Null` asks of a key that must have some value."""
Condition = tuple[str, str, frozenset[str]]
"""Operator, key, and values of which one must match."""


@dataclass(frozen=True, kw_only=True)
class Grant:
    """One principal, action and resource of a statement; each may hold wildcards."""

    principal: str
    """Empty in an identity-based policy."""
    action: str
    resource: str
    conditions: frozenset[Condition] = frozenset()

    def covers(self, other: "Grant") -> bool:
        """Whether this grant includes another one."""
        return (
            _matches(self.principal, other.principal)
            and _matches(self.action.lower(), other.action.lower())
            and _matches(self.resource, other.resource)
            and all(_is_implied(one, other.conditions) for one in self.conditions)
        )

    @property
    def is_unrestricted(self) -> bool:
        """Whether it allows every principal, or every action on every resource."""
        everything = self.resource == "*" and self.action.rpartition(":")[2] == "*"
        # In a resource-based policy, which names a principal, `*` is only that resource.
        return not self.conditions and (everything if not self.principal else self.principal == "*")

    def __str__(self) -> str:
        who = f" by {self.principal}" if self.principal else ""
        where = f" on {self.resource}" if self.resource else ""
        return f"{self.action}{where}{who}"


Effect = Callable[[object], frozenset[Grant]]
_TRUST = "AssumeRolePolicyDocument"
_DOCUMENTS = ("PolicyDocument", "KeyPolicy", "ResourcePolicy", "RepositoryPolicyText")
_ADMINISTERS = "/AdministratorAccess"
_LAMBDA = "AWS::Lambda::Permission"
_LAMBDA_CONDITIONS = ("SourceArn", "SourceAccount", "PrincipalOrgID")
_HOLDERS = {"AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group"}
IDENTITIES = _HOLDERS | {"AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"}
"""What gives rights to an identity."""
OWNERS = (
    "Roles",
    "Users",
    "Groups",
    "Bucket",
    "Queues",
    "Topics",
    "SecretId",
    "FunctionName",
    "ClusterName",
)
"""Properties by which a policy, or an access entry, references what it is attached to."""


def check(change: Change, sides: Sides) -> Iterator[Risk]:
    """Yield permissions that a change adds, and denials that it removes."""
    match change:
        case Added(Resource() as item):
            is_new = not _outlives(item, sides.after, sides.before)
            yield from _broadened(None, item, only_unrestricted=is_new)
        case Changed(item=Resource() as item) | Replaced(item=item):
            before = change.before
            if isinstance(before, Resource):
                yield from _broadened(before, item, only_unrestricted=False)
        case Removed(Resource() as item):
            # A role or a bucket is removed together with its policy.
            if _outlives(item, sides.before, sides.after) and (lost := granted(item, denied)):
                sentence = f"no longer denies {some(sorted(map(str, lost)))}"
                yield Risk.of(item, Topic.ACCESS, Severity.RISKY, sentence)


def _broadened(
    before: Resource | None, after: Resource, *, only_unrestricted: bool
) -> Iterator[Risk]:
    old = granted(before, allowed) if before else frozenset()
    grants = uncovered(granted(after, allowed), old)
    if only_unrestricted:
        grants = [grant for grant in grants if grant.is_unrestricted]
    if grants:
        yield _risk(after, f"now also allows {some(grants)}")
    if trusted := uncovered(trust(after), trust(before) if before else ()):
        named = [grant for grant in trusted if before or grant.is_unrestricted]
        if named:
            yield _risk(after, f"can now be assumed by {some(grant.principal for grant in named)}")
    if before and (lost := uncovered(granted(before, denied), granted(after, denied))):
        yield _risk(after, f"no longer denies {some(lost)}")
    attached = sorted(managed(after) - (managed(before) if before else set()))
    if only_unrestricted:
        attached = [one for one in attached if one.endswith(_ADMINISTERS)]
    if attached:
        yield _risk(after, f"now also has {some(one.rpartition('/')[2] for one in attached)}")


def granted(resource: Resource, effect: Effect) -> frozenset[Grant]:
    """Return what the policies in a resource allow, or deny."""
    documents = [resource.properties.get(name) for name in _DOCUMENTS]
    if resource.type in _HOLDERS:
        inline = as_list(resource.properties.get("Policies"))
        documents += [policy.get("PolicyDocument") for policy in inline]
    if resource.type == _LAMBDA:
        given = resource.properties
        conditions = {name: given[name] for name in _LAMBDA_CONDITIONS if name in given}
        documents.append(
            {"Statement": {**given, "Effect": "Allow", "Condition": {"StringLike": conditions}}}
        )
    return frozenset().union(*(effect(document) for document in documents if document))


def trust(resource: Resource) -> frozenset[Grant]:
    """Return who may assume a role."""
    return allowed(resource.properties.get(_TRUST))


def managed(resource: Resource) -> set[str]:
    """Return the managed policies of a role, or the access policies of an EKS access entry."""
    entries = as_list(resource.properties.get("AccessPolicies"))
    return {str(arn) for arn in as_list(resource.properties.get("ManagedPolicyArns"))} | {
        str(entry.get("PolicyArn")) for entry in entries
    }


def _outlives(item: Resource, own: Side, other: Side) -> bool:
    """Whether what a policy is attached to is on the other side too, or in no template."""
    owners = [str(one) for name in OWNERS for one in as_list(item.properties.get(name))]
    sides = [(side.assembly.target(item.stack, one) for side in (own, other)) for one in owners]
    return any(on_other or not on_own for on_own, on_other in sides)


def _risk(item: Resource, sentence: str) -> Risk:
    return Risk.of(item, Topic.ACCESS, Severity.RISKY, sentence)


def allowed(document: object) -> frozenset[Grant]:
    return frozenset(_of_effect(document, "Allow"))


def denied(document: object) -> frozenset[Grant]:
    return frozenset(_of_effect(document, "Deny"))


def uncovered(new: Iterable[Grant], old: Iterable[Grant]) -> list[Grant]:
    """Return the new grants that no old one covers, in a stable order."""
    known = list(old)
    found = {grant for grant in new if not any(one.covers(grant) for one in known)}
    return sorted(found, key=str)


def _of_effect(document: object, effect: str) -> Iterator[Grant]:
    statements = document.get("Statement") if isinstance(document, Mapping) else None
    for statement in as_list(statements):
        if isinstance(statement, Mapping) and statement.get("Effect") == effect:
            conditions = frozenset(_conditions(statement.get("Condition")))
            parts = product(
                _principals(statement),
                _listed(statement, "Action"),
                _listed(statement, "Resource"),
            )
            for principal, action, resource in parts:
                yield Grant(
                    principal=principal, action=action, resource=resource, conditions=conditions
                )


def _principals(statement: Mapping[str, object]) -> list[str]:
    if "NotPrincipal" in statement:
        return [f"{_ALL_BUT}{statement['NotPrincipal']}"]
    match statement.get("Principal"):
        case None:
            return [""]
        case dict(kinds):
            return [str(one) for listed in kinds.values() for one in as_list(listed)]
        case principal:
            return [str(principal)]


def _listed(statement: Mapping[str, object], name: str) -> list[str]:
    if f"Not{name}" in statement:
        return [f"{_ALL_BUT}{one}" for one in as_list(statement[f"Not{name}"])]
    return [str(one) for one in as_list(statement.get(name))] or [""]


def _conditions(block: object) -> Iterator[Condition]:
    for operator, keys in _mapping(block).items():
        for key, values in _mapping(keys).items():
            yield operator, key, frozenset(str(value) for value in as_list(values))


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _is_implied(wanted: Condition, given: Iterable[Condition]) -> bool:
    """Whether conditions are at least as strict as one of them."""
    operator, key, values = wanted
    for other_operator, other_key, other_values in given:
        if operator == "Null" and values == _THERE and other_key == key and _asks(other_operator):
            return True
        if (other_operator, other_key) == (operator, key):
            # Fewer values are stricter, unless the operator is negated.
            return values <= other_values if "Not" in operator else other_values <= values
    return False


def _asks(operator: str) -> bool:
    """Whether a condition holds only where its key is there."""
    may_be_absent = ("Null", "ForAllValues:")
    return not (
        operator.startswith(may_be_absent) or operator.endswith("IfExists") or "Not" in operator
    )


def _matches(pattern: str, text: str) -> bool:
    # Only * and ? are wildcards of IAM; a [ would be one of fnmatch.
    if pattern == text or pattern.startswith(_ALL_BUT):
        return pattern == text
    return fnmatchcase(text, pattern.replace("[", "[[]"))
