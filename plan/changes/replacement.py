"""Which resources CloudFormation replaces, and which of their dependents it replaces with them."""

from collections.abc import Iterator, Mapping, Sequence

from plan.changes.nouns import Added, Change, Changed, Replaced, Risk, Severity, Topic, subject
from plan.changes.schemas import schema, values_at
from plan.changes.sides import Key, Sides, key
from plan.changes.values import some
from plan.model.assembly import Assembly, Resource
from plan.model.intrinsics import references


def with_replacements(changes: Mapping[Key, Change], after: Assembly) -> dict[Key, Change]:
    """Return the changes with replacements marked, and the dependents replaced with them added."""
    regions = {stack.name: stack.region for stack in after.stacks}
    found = {key: _replaced(change, regions) for key, change in changes.items()}
    waiting = [change.item for change in found.values() if isinstance(change, Replaced)]
    while waiting:
        root = waiting.pop(0)
        for dependent in dependents(root, after):
            because = _referencing(root, dependent, regions[root.stack])
            known = found.get(key(dependent))
            if because and not isinstance(known, Replaced | Added):
                found[key(dependent)] = _following(root, dependent, because, known)
                waiting.append(dependent)
    return found


def dependents(root: Resource, after: Assembly) -> Iterator[Resource]:
    """Yield the resources of its stack that reference a resource, and change if it is replaced."""
    for resource in after.stack(root.stack).resources.values():
        if any(_refers_to(root, name) for name in references(resource.properties)):
            yield resource


def _replaced(change: Change, regions: Mapping[str, str]) -> Change:
    match change:
        case Changed(before=Resource() as before, item=Resource() as after, fields=fields):
            fixed = schema(after.type, regions[after.stack]).create_only
            because = _differing(before, after, fixed)
            if because:
                return Replaced(before=before, item=after, fields=fields, because=because)
    return change


def conditional_replacements(before: Resource, after: Resource, region: str) -> tuple[str, ...]:
    """Return the conditional create-only properties that differ."""
    return _differing(before, after, schema(after.type, region).conditional_create_only)


def _differing(before: Resource, after: Resource, paths: Sequence[str]) -> tuple[str, ...]:
    return tuple(
        path
        for path in paths
        if values_at(before.properties, path) != values_at(after.properties, path)
    )


def _referencing(root: Resource, dependent: Resource, region: str) -> tuple[str, ...]:
    """Return the create-only properties that reference a replaced resource."""
    return tuple(
        path
        for path in schema(dependent.type, region).create_only
        for value in values_at(dependent.properties, path)
        if any(_refers_to(root, name) for name in references(value))
    )


def _refers_to(root: Resource, reference: str) -> bool:
    return reference.partition(".")[0] == root.logical_id


def _following(
    root: Resource, dependent: Resource, because: tuple[str, ...], known: Change | None
) -> Replaced:
    match known:
        case Changed(before=Resource() as before, fields=fields):
            pass
        case _:
            before, fields = dependent, ()
    return Replaced(before=before, item=dependent, fields=fields, because=because, follows=root)


def check(change: Change, sides: Sides) -> Iterator[Risk]:
    """Yield the dependents of a replacement, once, at the resource that causes it."""
    match change:
        case Replaced(item=item, follows=None):
            followers = list(dependents(item, sides.after.assembly))
            if followers:
                names = some(map(subject, followers))
                sentence = f"gets another physical id, which changes {names}"
                yield Risk.of(item, Topic.REPLACEMENT, Severity.INFO, sentence)
