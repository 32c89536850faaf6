"""Compares two assemblies."""

from plan.changes.fields import fields
from plan.changes.nouns import Added, Change, Changed, Changes, Item, Removed
from plan.changes.replacement import with_replacements
from plan.changes.risks import risks_of
from plan.changes.sides import Side, Sides, is_manifest
from plan.model.assembly import Assembly


def compare(before: Assembly, after: Assembly, stack: str | None = None) -> Changes:
    """Return what a deploy changes, by service in its order; of one stack and its dependencies.

    A stack that is not there before counts as empty; raise `PlanError` if it is not there after.
    """
    sides = _sides(before, after, stack)
    keys = dict.fromkeys([*sides.after.items, *sides.before.items])
    differing = {
        key: change
        for key in keys
        if (change := _change(sides.before.items.get(key), sides.after.items.get(key)))
    }
    found = with_replacements(differing, sides.after.assembly)
    changes = _by_service([found[key] for key in keys if key in found])
    return Changes(changes=changes, risks=tuple(dict.fromkeys(risks_of(changes, sides))))


def part_before(before: Assembly, stack: str | None) -> Assembly:
    """Return a stack and its dependencies as they were before; empty where it was not there."""
    if stack is None:
        return before
    is_known = any(one.name == stack for one in before.stacks)
    return before.only(stack) if is_known else Assembly(())


def _sides(before: Assembly, after: Assembly, stack: str | None) -> Sides:
    names = {one.name for one in after.stacks}
    part = part_before(before, stack)
    after = after.only(stack) if stack else after
    touched = {one.name for one in after.stacks}
    return Sides(
        before=Side(Assembly(tuple(one for one in part.stacks if one.name in touched))),
        after=Side(after),
        deployed=before.stacks,
        dropped=tuple(one for one in part.stacks if one.name not in names),
    )


def _change(before: Item | None, after: Item | None) -> Change | None:
    if before and after:
        differing = fields(before, after)
        return Changed(before=before, item=after, fields=differing) if differing else None
    if after and not is_manifest(after):
        return Added(after)
    return Removed(before) if before and not is_manifest(before) else None


def _by_service(changes: list[Change]) -> tuple[Change, ...]:
    order = {name: i for i, name in enumerate(dict.fromkeys(c.item.service for c in changes))}
    return tuple(sorted(changes, key=lambda change: order[change.item.service]))
