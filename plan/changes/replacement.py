"""Tells what CloudFormation changes in place from what it replaces, and what that replaces."""

from collections.abc import Iterator, Mapping, Sequence

from plan.changes.nouns import Added, Change, Changed, Replaced
from plan.changes.schemas import schema, values_at
from plan.changes.sides import Key, key
from plan.model.assembly import Assembly, Resource
from plan.model.intrinsics import references


def with_replacements(changes: Mapping[Key, Change], after: Assembly) -> dict[Key, Change]:
    """Return the changes, those that replace something marked, and what they replace in turn."""
    regions = {stack.name: stack.region for stack in after.stacks}
    found = {key: _replaced(change, regions) for key, change in changes.items()}
    waiting = [change.item for change in found.values() if isinstance(change, Replaced)]
    while waiting:
        root = waiting.pop(0)
        for dependent in dependents(root, after):
            because = _by_name(root, dependent, regions[root.stack])
            known = found.get(key(dependent))
            if because and not isinstance(known, Replaced | Added):
                found[key(dependent)] = _following(root, dependent, because, known)
                waiting.append(dependent)
    return found


def dependents(root: Resource, after: Assembly) -> Iterator[Resource]:
    """Yield the resources of its stack that name a resource, and so change when it is replaced."""
    for resource in after.stack(root.stack).resources.values():
        if any(_names(root, name) for name in references(resource.properties)):
            yield resource


def _replaced(change: Change, regions: Mapping[str, str]) -> Change:
    match change:
        case Changed(before=Resource() as before, item=Resource() as after, fields=fields):
            fixed = schema(after.type, regions[after.stack]).create_only
            because = _differing(before, after, fixed)
            if because:
                return Replaced(before=before, item=after, fields=fields, because=because)
    return change


def perhaps(before: Resource, after: Resource, region: str) -> tuple[str, ...]:
    """Return the properties that differ and may, or may not, make CloudFormation replace it."""
    return _differing(before, after, schema(after.type, region).perhaps_create_only)


def _differing(before: Resource, after: Resource, paths: Sequence[str]) -> tuple[str, ...]:
    return tuple(
        path
        for path in paths
        if values_at(before.properties, path) != values_at(after.properties, path)
    )


def _by_name(root: Resource, dependent: Resource, region: str) -> tuple[str, ...]:
    """Return the properties that name a replaced resource and cannot change in place."""
    return tuple(
        path
        for path in schema(dependent.type, region).create_only
        for value in values_at(dependent.properties, path)
        if any(_names(root, name) for name in references(value))
    )


def _names(root: Resource, name: str) -> bool:
    return name.partition(".")[0] == root.logical_id


def _following(
    root: Resource, dependent: Resource, because: tuple[str, ...], known: Change | None
) -> Replaced:
    match known:
        case Changed(before=Resource() as before, fields=fields):
            pass
        case _:
            before, fields = dependent, ()
    return Replaced(before=before, item=dependent, fields=fields, because=because, follows=root)
