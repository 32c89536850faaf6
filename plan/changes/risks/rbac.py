"""Permissions in the cluster are broadened or lost: RBAC roles and their bindings."""

from collections.abc import Iterator
from itertools import product

from plan.changes.nouns import Added, Change, Changed, Risk, Severity, Topic
from plan.changes.risks.iam import Grant, uncovered
from plan.changes.sides import Side, Sides
from plan.changes.values import as_list, at, some
from plan.model.kubernetes import KubernetesObject

_ROLES = {"Role", "ClusterRole"}
_BINDINGS = {"RoleBinding", "ClusterRoleBinding"}
_SEPARATOR = " "
"""Between API group, resource and name, none of which can hold it."""
_ADMINISTERS = {"cluster-admin", "admin"}


def check(change: Change, sides: Sides) -> Iterator[Risk]:
    """Yield rules and subjects that a change adds or takes away."""
    match change:
        case Changed(before=KubernetesObject() as before, item=KubernetesObject() as after):
            if after.kind in _ROLES and (grants := uncovered(_grants(after), _grants(before))):
                yield _risk(after, f"now also allows {some(map(_shown, grants))}")
            if after.kind in _ROLES and (lost := uncovered(_grants(before), _grants(after))):
                yield _lost(after, f"no longer allows {some(map(_shown, lost))}")
            if after.kind in _BINDINGS and (gone := _subjects(before) - _subjects(after)):
                yield _lost(after, f"no longer gives {_role(after)} to {some(sorted(gone))}")
            if after.kind in _BINDINGS and (new := _subjects(after) - _subjects(before)):
                yield _risk(after, f"now also gives {_role(after)} to {some(sorted(new))}")
        case Added(KubernetesObject() as item) if item.kind in _BINDINGS:
            known = {name for name in _subjects(item) if _is_known(name, sides.before)}
            if _role(item) in _ADMINISTERS or known:
                named = known or _subjects(item)
                yield _risk(item, f"gives {_role(item)} to {some(sorted(named))}")


def _grants(role: KubernetesObject) -> Iterator[Grant]:
    for rule in as_list(role.document.get("rules")):
        groups, names = rule.get("apiGroups") or [""], rule.get("resourceNames") or ["*"]
        places = [
            _SEPARATOR.join(parts)
            for parts in product(groups, as_list(rule.get("resources")), names)
        ]
        places += as_list(rule.get("nonResourceURLs"))
        for verb, place in product(as_list(rule.get("verbs")), places):
            yield Grant(principal="", action=verb, resource=place)


def _shown(grant: Grant) -> str:
    """Write `get pods`, with API group and name where they are not the default."""
    parts = grant.resource.split(_SEPARATOR)
    named = [part for part, usual in zip(parts, ("", None, "*"), strict=False) if part != usual]
    return f"{grant.action} {'/'.join(named)}"


def _subjects(binding: KubernetesObject) -> set[str]:
    return {
        "/".join(str(one[name]) for name in ("kind", "namespace", "name") if one.get(name))
        for one in as_list(binding.document.get("subjects"))
    }


def _role(binding: KubernetesObject) -> str:
    return str(at(binding.document, "roleRef.name"))


def _is_known(subject: str, side: Side) -> bool:
    accounts = (f"ServiceAccount/{one.namespace}/{one.name}" for one in side.objects)
    return subject.startswith("ServiceAccount/") and subject in set(accounts)


def _risk(item: KubernetesObject, sentence: str) -> Risk:
    return Risk.of(item, Topic.ACCESS, Severity.RISKY, sentence)


def _lost(item: KubernetesObject, sentence: str) -> Risk:
    return Risk.of(item, Topic.LOST, Severity.RISKY, sentence)
