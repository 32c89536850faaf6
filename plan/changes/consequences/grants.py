"""What a policy allows, one grant at a time, so that two policies can be compared."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import product

from plan.changes.consequences.values import as_list

_ALL_BUT = "all but "
Condition = tuple[str, str, frozenset[str]]
"""Operator, key, and the values of which one must hold."""


@dataclass(frozen=True, kw_only=True)
class Grant:
    """One principal may do one action on one resource; all three may hold wildcards."""

    principal: str
    """Empty in a policy that belongs to its principal."""
    action: str
    resource: str
    conditions: frozenset[Condition] = frozenset()

    def covers(self, other: "Grant") -> bool:
        """Whether whoever has this grant has the other one too."""
        return (
            _matches(self.principal, other.principal)
            and _matches(self.action.lower(), other.action.lower())
            and _matches(self.resource, other.resource)
            and all(_is_implied(one, other.conditions) for one in self.conditions)
        )

    @property
    def is_boundless(self) -> bool:
        """Whether it lets anybody in, or allows everything on everything."""
        everything = self.resource == "*" and self.action.rpartition(":")[2] == "*"
        # In the policy of a key or a bucket, which names a principal, the resource is itself.
        return not self.conditions and (everything if not self.principal else self.principal == "*")

    def __str__(self) -> str:
        who = f" by {self.principal}" if self.principal else ""
        where = f" on {self.resource}" if self.resource else ""
        return f"{self.action}{where}{who}"


def allowed(document: object) -> frozenset[Grant]:
    """Return what an IAM policy document allows."""
    return frozenset(_of_effect(document, "Allow"))


def denied(document: object) -> frozenset[Grant]:
    """Return what an IAM policy document denies."""
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
    """Whether conditions are at least as strict as one: the same, or with fewer values."""
    operator, key, values = wanted
    for other_operator, other_key, other_values in given:
        if (other_operator, other_key) == (operator, key):
            # What must not be equal to more values is stricter, what must be equal to fewer.
            return values <= other_values if "Not" in operator else other_values <= values
    return False


def _matches(pattern: str, text: str) -> bool:
    # Only * and ? are wildcards of IAM; a [ would be one of fnmatch.
    if pattern == text or pattern.startswith(_ALL_BUT):
        return pattern == text
    return fnmatchcase(text, pattern.replace("[", "[[]"))
