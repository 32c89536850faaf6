"""Data is lost, or protected less than before."""

from typing import Any

import pytest

from plan.changes.comparison import compare
from plan.changes.nouns import Severity, Topic
from tests.plan.assemblies import Document, Written, assembled, resource, thing
from tests.plan.changes.compared import assert_risk, fields, objects, resources, risks, severities


def _database(policy: str | None = None, **properties: Any) -> Document:
    policies = {"DeletionPolicy": policy, "UpdateReplacePolicy": policy} if policy else {}
    return resource("AWS::RDS::DBInstance", "App/Database", properties, **policies)


def _bucket(policy: str | None = None, **properties: Any) -> Document:
    policies = {"DeletionPolicy": policy, "UpdateReplacePolicy": policy} if policy else {}
    return resource("AWS::S3::Bucket", "App/Models", properties, **policies)


@pytest.mark.parametrize(
    ("policy", "severity", "words"),
    [
        ("Delete", Severity.RISKY, "is deleted with its data"),
        ("Snapshot", Severity.RISKY, "left only in a snapshot"),
        (None, Severity.RISKY, "left only in a snapshot"),
        ("Retain", Severity.NOTICE, "outside the stack"),
        ("RetainExceptOnCreate", Severity.NOTICE, "outside the stack"),
    ],
)
def test_the_data_of_a_removed_database(policy: str | None, severity: Severity, words: str) -> None:
    """Its policy decides; without one, CloudFormation takes a snapshot of a database."""
    assert_risk(resources({"D": _database(policy)}, {}), Topic.STATEFUL, severity, words)


def test_a_removed_bucket_without_a_policy_is_deleted() -> None:
    """Only databases get a snapshot by themselves."""
    assert_risk(
        resources({"B": _bucket()}, {}), Topic.STATEFUL, Severity.RISKY, "is deleted with its data"
    )


def test_a_removed_key_takes_what_it_encrypted() -> None:
    key = resource("AWS::KMS::Key", "App/Key", DeletionPolicy="Delete")

    ((_, sentence),) = risks(resources({"Key": key}, {}), Topic.STATEFUL)

    assert "can then never be read again" in sentence


def test_removed_logs_are_no_risk() -> None:
    group = resource("AWS::Logs::LogGroup", "App/Logs", DeletionPolicy="Delete")

    assert severities(resources({"L": group}, {}), Topic.STATEFUL) == [Severity.NOTICE]


def test_a_removed_role_holds_nothing() -> None:
    role = resource("AWS::IAM::Role", "App/Role")

    assert severities(resources({"R": role}, {}), Topic.STATEFUL) == []


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ("Delete", "the old one is deleted with its data"),
        ("Snapshot", "left only in a snapshot"),
        ("Retain", "the old one stays, with the data, outside the stack"),
    ],
)
def test_the_data_of_a_replaced_database(policy: str, words: str) -> None:
    changes = resources({"D": _database(policy, DBName="a")}, {"D": _database(policy, DBName="b")})

    ((severity, sentence),) = risks(changes, Topic.STATEFUL)

    assert severity is Severity.RISKY
    assert sentence.startswith("is replaced, since DBName cannot change in place")
    assert "the new one is empty" in sentence
    assert words in sentence


def test_of_two_policies_the_worse_is_expected() -> None:
    """Whether the old or the new template counts is not documented."""
    changes = resources(
        {"D": _database("Delete", DBName="a")}, {"D": _database("Retain", DBName="b")}
    )

    ((_, sentence),) = risks(changes, Topic.STATEFUL)

    assert "the old one is deleted with its data" in sentence


def test_a_removed_namespace_takes_all_that_is_in_it() -> None:
    changes = objects([thing("Namespace"), thing("Service")], [thing("Service")])

    assert severities(changes, Topic.STATEFUL) == [Severity.RISKY]


def test_a_removed_claim_takes_its_volume() -> None:
    changes = objects([thing("PersistentVolumeClaim")], [])

    assert severities(changes, Topic.STATEFUL) == [Severity.RISKY]


def test_a_removed_stateful_set_leaves_its_volumes() -> None:
    removed = thing("StatefulSet", spec={"volumeClaimTemplates": [{}]})

    assert_risk(
        objects([removed], []), Topic.LEFT_BEHIND, Severity.NOTICE, "leaves the volumes of its pods"
    )


def test_a_removed_stateful_set_may_take_its_volumes() -> None:
    policy = {"whenDeleted": "Delete"}
    spec = {"volumeClaimTemplates": [{}], "persistentVolumeClaimRetentionPolicy": policy}

    changes = objects([thing("StatefulSet", spec=spec)], [])

    assert severities(changes, Topic.STATEFUL) == [Severity.RISKY]


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
    assert severities(resources({"It": before}, {"It": after}), Topic.PROTECTION) == []


def test_a_protection_that_goes_with_a_replacement_is_said_too() -> None:
    before = _database("Retain", DBName="a", DeletionProtection=True)

    changes = resources({"D": before}, {"D": _database("Retain", DBName="b")})

    assert "may now be deleted" in risks(changes, Topic.PROTECTION)[0][1]


def test_logs_that_are_kept_shorter_are_no_risk() -> None:

    def group(**properties: int) -> Document:
        return resource("AWS::Logs::LogGroup", "App/Logs", properties)

    shorter = resources({"L": group(RetentionInDays=30)}, {"L": group(RetentionInDays=7)})
    for_ever = resources({"L": group(RetentionInDays=30)}, {"L": group()})

    assert severities(shorter, Topic.PROTECTION) == [Severity.NOTICE]
    assert severities(for_ever, Topic.PROTECTION) == []


def test_a_stack_that_may_now_be_deleted_is_a_risk() -> None:
    changes = compare(
        assembled(Written(name="App", resources={}, is_protected=True)),
        assembled(Written(name="App", resources={})),
    )

    assert_risk(changes, Topic.PROTECTION, Severity.RISKY, "termination protection is disabled")


def _migration(digit: str) -> Document:
    return resource("Custom::Migration", "App/Migration/Table/Default", {"Migration": digit * 64})


def test_another_migration_is_a_risk() -> None:
    """Only its hash shows it, which stands for SQL that no other change shows."""
    changes = resources({"M": _migration("a")}, {"M": _migration("b")})

    assert list(fields(changes)) == ["Migration"]
    assert risks(changes, Topic.STATEFUL) == [
        (
            Severity.RISKY,
            "runs on the database, and a rollback of the stack does not undo it",
        )
    ]


def test_the_first_migration_is_none() -> None:
    ((severity, _),) = risks(resources({}, {"M": _migration("a")}), Topic.STATEFUL)

    assert severity is Severity.INFO


def test_the_same_migration_is_no_change() -> None:
    assert resources({"M": _migration("a")}, {"M": _migration("a")}).changes == ()
