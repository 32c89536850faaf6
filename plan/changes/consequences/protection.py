"""What protects data is switched off or shortened."""

from collections.abc import Iterator

from plan.changes.consequences.stateful import STATEFUL, loss
from plan.changes.consequences.values import at, is_true, number
from plan.changes.nouns import Change, Changed, Finding, Replaced, Severity, Topic, about
from plan.changes.sides import Sides
from plan.model.assembly import Resource

_SWITCHES = {
    "DeletionProtection": "may now be deleted: its deletion protection is switched off",
    "DeletionProtectionEnabled": "may now be deleted: its deletion protection is switched off",
    "EnableKeyRotation": "no longer gets new key material every year",
    "MultiAZ": "has no standby in another zone any more: losing its zone stops it",
    "MultiAZEnabled": "has no standby in another zone any more: losing its zone stops it",
    "AutomaticFailoverEnabled": "no longer fails over by itself",
    "TransitEncryptionEnabled": "no longer encrypts what goes over the network",
    "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled": "can no longer be restored to a "
    "point in time",
}
"""Properties that protect while they are true, and what follows from switching them off."""
_DAYS = {
    "BackupRetentionPeriod": "automated backups",
    "SnapshotRetentionLimit": "automatic snapshots",
    "RetentionInDays": "logs",
}
"""Properties that say for how many days something is kept."""
_FOR_EVER_IF_ABSENT = "RetentionInDays"
_KEEPING = {"Retain", "RetainExceptOnCreate", "Snapshot"}


def look(change: Change, _: Sides) -> Iterator[Finding]:
    """Yield what no longer protects a resource."""
    match change:
        case (
            Changed(before=Resource() as before, item=Resource() as after)
            | Replaced(before=before, item=after)
        ):
            yield from _policies(before, after)
            yield from _switches(before, after)
            yield from _days(before, after)
            if _versioned(before) and not _versioned(after):
                sentence = "no longer keeps the versions of what is overwritten or deleted"
                yield about(after, Topic.PROTECTION, Severity.RISKY, sentence)


def of_stacks(sides: Sides) -> Iterator[Finding]:
    """Yield the stacks that may now be deleted."""
    protected = {stack.name for stack in sides.before.assembly.stacks if stack.is_protected}
    for stack in sides.after.assembly.stacks:
        if stack.name in protected and not stack.is_protected:
            yield Finding(
                topic=Topic.PROTECTION,
                severity=Severity.RISKY,
                service=stack.name,
                stack=stack.name,
                subject=f"stack {stack.name}",
                sentence="may now be deleted: its termination protection is switched off",
            )


def _policies(before: Resource, after: Resource) -> Iterator[Finding]:
    if after.type not in STATEFUL:
        return
    if before.deletion_policy in _KEEPING and after.deletion_policy not in _KEEPING:
        sentence = "is now deleted with its data when it leaves the stack: DeletionPolicy is Delete"
        yield about(after, Topic.PROTECTION, loss(after), sentence)
    elif before.update_replace_policy in _KEEPING and after.update_replace_policy not in _KEEPING:
        sentence = "is now deleted with its data when it is replaced: UpdateReplacePolicy is Delete"
        yield about(after, Topic.PROTECTION, loss(after), sentence)


def _switches(before: Resource, after: Resource) -> Iterator[Finding]:
    for path, sentence in _SWITCHES.items():
        was, now = at(before.properties, path), at(after.properties, path)
        if is_true(was) and not is_true(now):
            yield about(after, Topic.PROTECTION, Severity.RISKY, sentence)


def _days(before: Resource, after: Resource) -> Iterator[Finding]:
    for name, kept in _DAYS.items():
        was, now = at(before.properties, name), at(after.properties, name)
        if name == _FOR_EVER_IF_ABSENT and now is None:
            continue
        days, fewer = number(was), number(now or 0)
        if days is not None and fewer is not None and fewer < days:
            sentence = (
                f"keeps {kept} for fewer days, {now} instead of {was}: older ones are deleted"
                if fewer
                else f"keeps no {kept} any more, {was} days until now"
            )
            yield about(after, Topic.PROTECTION, loss(after), sentence)


def _versioned(resource: Resource) -> bool:
    return bool(at(resource.properties, "VersioningConfiguration.Status") == "Enabled")
