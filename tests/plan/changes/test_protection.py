"""What protects data is switched off or shortened."""

from typing import Any

import pytest

from plan.changes.comparison import compare
from plan.changes.nouns import Severity, Topic
from tests.plan.assemblies import Document, Written, assembled, resource
from tests.plan.changes.compared import resources, severities, told


def _database(policy: str | None = None, **properties: Any) -> Document:
    policies = {"DeletionPolicy": policy, "UpdateReplacePolicy": policy} if policy else {}
    return resource("AWS::RDS::DBInstance", "App/Database", properties, **policies)


def _bucket(policy: str | None = None, **properties: Any) -> Document:
    policies = {"DeletionPolicy": policy, "UpdateReplacePolicy": policy} if policy else {}
    return resource("AWS::S3::Bucket", "App/Models", properties, **policies)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (_bucket("Retain"), _bucket("Delete")),
        (_database("Snapshot"), _database("Delete")),
        (_database(DeletionProtection=True), _database(DeletionProtection=False)),
        (_database(DeletionProtection=True), _database()),
        (_database(BackupRetentionPeriod=14), _database(BackupRetentionPeriod=7)),
        (_database(BackupRetentionPeriod=14), _database(BackupRetentionPeriod=0)),
        (_database(BackupRetentionPeriod="14"), _database()),
        (_database(MultiAZ=True), _database(MultiAZ=False)),
        (_bucket(VersioningConfiguration={"Status": "Enabled"}), _bucket()),
    ],
)
def test_a_protection_that_goes_is_a_risk(before: Document, after: Document) -> None:
    """Nothing is lost yet, and the next mistake loses it."""
    assert severities(resources({"It": before}, {"It": after}), Topic.PROTECTION) == [
        Severity.RISKY
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (_bucket("Delete"), _bucket("Retain")),
        (_database("Retain"), _database("Snapshot")),
        (_database(DeletionProtection=False), _database(DeletionProtection=True)),
        (_database(BackupRetentionPeriod=7), _database(BackupRetentionPeriod=14)),
        (_bucket(), _bucket(VersioningConfiguration={"Status": "Enabled"})),
    ],
)
def test_a_protection_that_comes_is_none(before: Document, after: Document) -> None:
    """The other direction is welcome."""
    assert severities(resources({"It": before}, {"It": after}), Topic.PROTECTION) == []


def test_a_protection_that_goes_with_a_replacement_is_said_too() -> None:
    """Two things happen at once, and one must not hide the other."""
    before = _database("Retain", DBName="a", DeletionProtection=True)

    changes = resources({"D": before}, {"D": _database("Retain", DBName="b")})

    assert "may now be deleted" in told(changes, Topic.PROTECTION)[0][1]


def test_logs_that_are_kept_shorter_are_no_risk() -> None:
    """They are not the data."""

    def group(**properties: int) -> Document:
        return resource("AWS::Logs::LogGroup", "App/Logs", properties)

    shorter = resources({"L": group(RetentionInDays=30)}, {"L": group(RetentionInDays=7)})
    for_ever = resources({"L": group(RetentionInDays=30)}, {"L": group()})

    assert severities(shorter, Topic.PROTECTION) == [Severity.NOTICE]
    assert severities(for_ever, Topic.PROTECTION) == []


def test_a_stack_that_may_now_be_deleted_is_a_risk() -> None:
    """Its termination protection was there for a reason."""
    changes = compare(
        assembled(Written(name="App", resources={}, is_protected=True)),
        assembled(Written(name="App", resources={})),
    )

    ((severity, sentence),) = told(changes, Topic.PROTECTION)
    assert severity is Severity.RISKY
    assert "termination protection is switched off" in sentence
