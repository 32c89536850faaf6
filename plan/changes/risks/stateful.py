"""Data is lost, or protected less than before."""

from collections.abc import Iterator

from plan.changes.nouns import (
    Added,
    Change,
    Changed,
    Removed,
    Replaced,
    Risk,
    Severity,
    Topic,
    subject,
)
from plan.changes.sides import Sides
from plan.changes.values import at, is_true, number
from plan.model.assembly import Resource
from plan.model.kubernetes import KubernetesObject

_SNAPSHOT_BY_DEFAULT = {"AWS::RDS::DBInstance", "AWS::RDS::DBCluster"}
"""Types whose default DeletionPolicy is Snapshot."""
_ONLY_LOGS = {"AWS::Logs::LogGroup"}
_MIGRATION = "Custom::Migration"
STATEFUL = frozenset(
    {
        "AWS::DocDB::DBCluster",
        "AWS::DynamoDB::Table",
        "AWS::EC2::Volume",
        "AWS::ECR::Repository",
        "AWS::EKS::Cluster",
        "AWS::EFS::FileSystem",
        "AWS::ElastiCache::CacheCluster",
        "AWS::ElastiCache::ReplicationGroup",
        "AWS::ElastiCache::ServerlessCache",
        "AWS::FSx::FileSystem",
        "AWS::KMS::Key",
        "AWS::Kinesis::Stream",
        "AWS::OpenSearchService::Domain",
        "AWS::RDS::DBCluster",
        "AWS::RDS::DBInstance",
        "AWS::S3::Bucket",
        "AWS::SQS::Queue",
        "AWS::SecretsManager::Secret",
        *_ONLY_LOGS,
    }
)
"""Types that hold data."""
_SWITCHES = {
    "DeletionProtection": "may now be deleted: its deletion protection is disabled",
    "DeletionProtectionEnabled": "may now be deleted: its deletion protection is disabled",
    "EnableKeyRotation": "no longer rotates its key material",
    "MultiAZ": "has no standby in another zone any more: losing its zone stops it",
    "MultiAZEnabled": "has no standby in another zone any more: losing its zone stops it",
    "AutomaticFailoverEnabled": "no longer fails over automatically",
    "TransitEncryptionEnabled": "no longer encrypts in transit",
    "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled": "can no longer be restored to a "
    "point in time",
}
"""Properties that protect while they are true, and what follows from disabling them."""
_DAYS = {
    "BackupRetentionPeriod": "automated backups",
    "SnapshotRetentionLimit": "automatic snapshots",
    "RetentionInDays": "logs",
}
"""Retention periods in days, and what they keep."""
_UNLIMITED_IF_ABSENT = "RetentionInDays"
_KEEPING = {"Retain", "RetainExceptOnCreate", "Snapshot"}


def check(change: Change, _: Sides) -> Iterator[Risk]:
    """Yield what happens to the data of a resource, and what no longer protects it."""
    match change:
        case Replaced(before=before, item=item):
            if item.type in STATEFUL:
                yield Risk.of(item, Topic.STATEFUL, loss(item), _replaced(change))
            yield from _protected_less(before, item)
        case Changed(before=Resource() as before, item=Resource() as item):
            yield from _protected_less(before, item)
            if item.type == _MIGRATION:
                sentence = "runs on the database, and a rollback of the stack does not undo it"
                yield Risk.of(item, Topic.STATEFUL, Severity.RISKY, sentence)
        case Added(Resource(type="Custom::Migration") as item):
            sentence = "runs on the database for the first time"
            yield Risk.of(item, Topic.STATEFUL, Severity.INFO, sentence)
        case Removed(Resource() as item) if item.type in STATEFUL:
            yield _removed(item)
        case Removed(KubernetesObject() as item):
            yield from _removed_object(item)


def _replaced(change: Replaced) -> str:
    because = ", ".join(change.because)
    if change.follows:
        root = subject(change.follows)
        why = f"is replaced, since its {because} references {root}, which is replaced"
    else:
        why = f"is replaced, since {because} cannot change in place"
    # Which of the two templates counts is not documented: the worse policy is shown.
    policies = {_policy(r, r.update_replace_policy) for r in (change.before, change.item)}
    if "Delete" in policies:
        return f"{why}: the new one is empty, and the old one is deleted with its data"
    if "Snapshot" in policies:
        return f"{why}: the new one is empty, and the data is left only in a snapshot"
    return f"{why}: the new one is empty, and the old one stays, with the data, outside the stack"


def _removed(item: Resource) -> Risk:
    match _policy(item, item.deletion_policy):
        case "Delete" if item.type == "AWS::KMS::Key":
            sentence = "will be deleted: what it encrypted can then never be read again"
        case "Delete":
            sentence = "is deleted with its data"
        case "Snapshot":
            sentence = "is deleted: its data is left only in a snapshot"
        case _:
            sentence = "stays, with its data, but outside the stack: nothing manages it any more"
            return Risk.of(item, Topic.STATEFUL, Severity.NOTICE, sentence)
    return Risk.of(item, Topic.STATEFUL, loss(item), sentence)


def _removed_object(item: KubernetesObject) -> Iterator[Risk]:
    match item.kind:
        case "Namespace":
            sentence = "is deleted with every object in it, including those that no stack manages"
            yield Risk.of(item, Topic.STATEFUL, Severity.RISKY, sentence)
        case "PersistentVolumeClaim":
            sentence = "is deleted, and with it the volume, unless its storage class retains it"
            yield Risk.of(item, Topic.STATEFUL, Severity.RISKY, sentence)
        case "StatefulSet" if at(item.document, "spec.volumeClaimTemplates"):
            policy = "spec.persistentVolumeClaimRetentionPolicy.whenDeleted"
            if at(item.document, policy) == "Delete":
                sentence = "is deleted, and with it the volumes of its pods"
                yield Risk.of(item, Topic.STATEFUL, Severity.RISKY, sentence)
            else:
                sentence = "leaves the volumes of its pods: billed until their claims are deleted"
                yield Risk.of(item, Topic.LEFT_BEHIND, Severity.NOTICE, sentence)


def _policy(resource: Resource, written: str | None) -> str:
    by_default = "Snapshot" if resource.type in _SNAPSHOT_BY_DEFAULT else "Delete"
    return "Retain" if written == "RetainExceptOnCreate" else written or by_default


def loss(item: Resource) -> Severity:
    """Return the severity of losing what a stateful resource holds."""
    return Severity.NOTICE if item.type in _ONLY_LOGS else Severity.RISKY


def unprotected_stacks(sides: Sides) -> Iterator[Risk]:
    """Yield the stacks that lose their termination protection."""
    protected = {stack.name for stack in sides.before.assembly.stacks if stack.is_protected}
    for stack in sides.after.assembly.stacks:
        if stack.name in protected and not stack.is_protected:
            sentence = "may now be deleted: its termination protection is disabled"
            yield Risk.of_stack(stack.name, Topic.PROTECTION, Severity.RISKY, sentence)


def _protected_less(before: Resource, after: Resource) -> Iterator[Risk]:
    yield from _policies(before, after)
    yield from _switches(before, after)
    yield from _days(before, after)
    if _versioned(before) and not _versioned(after):
        sentence = "no longer keeps the versions of what is overwritten or deleted"
        yield Risk.of(after, Topic.PROTECTION, Severity.RISKY, sentence)


def _policies(before: Resource, after: Resource) -> Iterator[Risk]:
    if after.type not in STATEFUL:
        return
    if before.deletion_policy in _KEEPING and after.deletion_policy not in _KEEPING:
        sentence = "is now deleted with its data when it leaves the stack: DeletionPolicy is Delete"
        yield Risk.of(after, Topic.PROTECTION, loss(after), sentence)
    elif before.update_replace_policy in _KEEPING and after.update_replace_policy not in _KEEPING:
        sentence = "is now deleted with its data when it is replaced: UpdateReplacePolicy is Delete"
        yield Risk.of(after, Topic.PROTECTION, loss(after), sentence)


def _switches(before: Resource, after: Resource) -> Iterator[Risk]:
    for path, sentence in _SWITCHES.items():
        was, now = at(before.properties, path), at(after.properties, path)
        if is_true(was) and not is_true(now):
            yield Risk.of(after, Topic.PROTECTION, Severity.RISKY, sentence)


def _days(before: Resource, after: Resource) -> Iterator[Risk]:
    for name, kept in _DAYS.items():
        was, now = at(before.properties, name), at(after.properties, name)
        if name == _UNLIMITED_IF_ABSENT and now is None:
            continue
        days, fewer = number(was), number(now or 0)
        if days is not None and fewer is not None and fewer < days:
            sentence = (
                f"keeps {kept} for fewer days, {now} instead of {was}: older ones are deleted"
                if fewer
                else f"keeps no {kept} any more, {was} days until now"
            )
            yield Risk.of(after, Topic.PROTECTION, loss(after), sentence)


def _versioned(resource: Resource) -> bool:
    return bool(at(resource.properties, "VersioningConfiguration.Status") == "Enabled")
