"""Changes that CloudFormation refuses, or may turn into a replacement."""

from collections.abc import Iterator, Sequence

from plan.changes.consequences.stateful import STATEFUL
from plan.changes.nouns import Change, Changed, Finding, Replaced, Severity, Topic, about, subject
from plan.changes.replacement import perhaps
from plan.changes.schemas import schema, values_at
from plan.changes.sides import Sides
from plan.model.assembly import Resource, Stack
from plan.model.intrinsics import references
from plan.model.kubernetes import HelmRelease

_INTERRUPTS_AT_MOST = {
    "AuthToken",
    "AutoMinorVersionUpgrade",
    "BackupRetentionPeriod",
    "DBParameterGroupName",
    "MultiAZ",
    "PreferredMaintenanceWindow",
}
"""Properties that the schemas call conditional because a change may interrupt, not replace."""


def look(change: Change, sides: Sides) -> Iterator[Finding]:
    """Yield why a deploy will fail at a resource."""
    match change:
        case Replaced(follows=None) if name := _fixed_name(change, sides):
            sentence = (
                f"must be replaced and keeps its name {name}, which CloudFormation refuses: "
                "give the new one another name"
            )
            yield about(change.item, Topic.REFUSED, Severity.RISKY, sentence)
        case Changed(before=Resource() as before, item=Resource() as after):
            yield from _of_resource(before, after, sides)
        case Changed(before=HelmRelease() as before, item=HelmRelease() as after):
            yield from _of_token(before.resource, after.resource, after)


def exports_in_use(changes: Sequence[Change], sides: Sides) -> Iterator[Finding]:
    """Yield what another deployed stack imports and a deploy changes, once by resource."""
    replaced = {(c.item.stack, c.item.logical_id) for c in changes if isinstance(c, Replaced)}
    told: set[Resource] = set()
    for stack in sides.before.assembly.stacks:
        for name, value in stack.exports.items():
            importers = [s.name for s in sides.deployed if name in s.imports]
            now = sides.after.assembly.stack(stack.name).exports.get(name)
            resource = sides.before.assembly.target(stack.name, value)
            owner = (stack.name, resource.logical_id if resource else "")
            if importers and resource not in told and (now != value or owner in replaced):
                told |= {resource} if resource else set()
                yield _in_use(stack, name, resource, importers, is_gone=now is None)


def _in_use(
    stack: Stack, name: str, resource: Resource | None, importers: Sequence[str], *, is_gone: bool
) -> Finding:
    what = "is no longer exported" if is_gone else "changes"
    sentence = (
        f"{what} while {', '.join(importers)} still imports it, which CloudFormation refuses: "
        "keep the export for one deploy, in which the import goes"
    )
    return Finding(
        topic=Topic.REFUSED,
        severity=Severity.RISKY,
        service=resource.service if resource else stack.name,
        stack=stack.name,
        subject=subject(resource) if resource else f"export {name}",
        sentence=sentence,
    )


def _of_resource(before: Resource, after: Resource, sides: Sides) -> Iterator[Finding]:
    yield from _of_token(before, after, after)
    if before.type != after.type:
        sentence = (
            f"was a {before.type}, and CloudFormation refuses another type under the same "
            "logical id: give it another id"
        )
        yield about(after, Topic.REFUSED, Severity.RISKY, sentence)
        return
    region = sides.after.assembly.stack(after.stack).region
    paths = [p for p in perhaps(before, after, region) if p not in _INTERRUPTS_AT_MOST]
    if paths:
        sentence = (
            f"may be replaced: whether {', '.join(paths)} can change in place, "
            "CloudFormation decides case by case, and its change set tells"
        )
        severity = Severity.RISKY if after.type in STATEFUL else Severity.NOTICE
        yield about(after, Topic.STATEFUL, severity, sentence)


def _of_token(before: Resource, after: Resource, item: Resource | HelmRelease) -> Iterator[Finding]:
    if before.properties.get("ServiceToken") != after.properties.get("ServiceToken"):
        sentence = "gets another ServiceToken, which CloudFormation refuses: give it another id"
        yield about(item, Topic.REFUSED, Severity.RISKY, sentence)


def _fixed_name(change: Replaced, sides: Sides) -> str | None:
    """Return the name that the template gives to both the old one and the new one."""
    region = sides.after.assembly.stack(change.item.stack).region
    known = schema(change.item.type, region)
    old, new = (
        [value for path in known.identifier for value in values_at(resource.properties, path)]
        for resource in (change.before, change.item)
    )
    is_whole = len(new) == len(known.identifier)
    if known.deletes_first or not is_whole or old != new or any(map(references, new)):
        return None
    return " ".join(str(value) for value in new)
