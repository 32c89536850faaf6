"""Something that holds data is replaced or removed."""

from typing import Any

import pytest

from plan.changes.nouns import Severity, Topic
from tests.plan.assemblies import Document, resource, thing
from tests.plan.changes.compared import objects, resources, severities, told


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
def test_what_becomes_of_a_removed_database(
    policy: str | None, severity: Severity, words: str
) -> None:
    """Its policy decides; without one, CloudFormation takes a snapshot of a database."""
    ((found, sentence),) = told(resources({"D": _database(policy)}, {}), Topic.STATEFUL)

    assert found is severity
    assert words in sentence


def test_a_removed_bucket_without_a_policy_is_deleted() -> None:
    """Only databases get a snapshot by themselves."""
    ((severity, sentence),) = told(resources({"B": _bucket()}, {}), Topic.STATEFUL)

    assert severity is Severity.RISKY
    assert "is deleted with its data" in sentence


def test_a_removed_key_takes_what_it_encrypted() -> None:
    """The data is still there, and nobody can read it."""
    key = resource("AWS::KMS::Key", "App/Key", DeletionPolicy="Delete")

    ((_, sentence),) = told(resources({"Key": key}, {}), Topic.STATEFUL)

    assert "can then never be read again" in sentence


def test_removed_logs_are_no_risk() -> None:
    """Somebody may still miss them."""
    group = resource("AWS::Logs::LogGroup", "App/Logs", DeletionPolicy="Delete")

    assert severities(resources({"L": group}, {}), Topic.STATEFUL) == [Severity.NOTICE]


def test_a_removed_role_holds_nothing() -> None:
    """Not everything that goes is missed."""
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
def test_what_becomes_of_a_replaced_database(policy: str, words: str) -> None:
    """The new one is empty whatever the policy says."""
    changes = resources({"D": _database(policy, DBName="a")}, {"D": _database(policy, DBName="b")})

    ((severity, sentence),) = told(changes, Topic.STATEFUL)

    assert severity is Severity.RISKY
    assert sentence.startswith("is replaced, since DBName cannot change in place")
    assert "the new one is empty" in sentence
    assert words in sentence


def test_of_two_policies_the_worse_is_expected() -> None:
    """Whether the old or the new template counts is not documented."""
    changes = resources(
        {"D": _database("Delete", DBName="a")}, {"D": _database("Retain", DBName="b")}
    )

    ((_, sentence),) = told(changes, Topic.STATEFUL)

    assert "the old one is deleted with its data" in sentence


def test_a_removed_namespace_takes_all_that_is_in_it() -> None:
    """Kubernetes deletes a namespace with its content."""
    changes = objects([thing("Namespace"), thing("Service")], [thing("Service")])

    assert severities(changes, Topic.STATEFUL) == [Severity.RISKY]


def test_a_removed_claim_takes_its_volume() -> None:
    """Unless its storage class retains it."""
    changes = objects([thing("PersistentVolumeClaim")], [])

    assert severities(changes, Topic.STATEFUL) == [Severity.RISKY]


def test_a_removed_stateful_set_leaves_its_volumes() -> None:
    """They are billed on, and nobody thinks of them."""
    removed = thing("StatefulSet", spec={"volumeClaimTemplates": [{}]})

    ((severity, sentence),) = told(objects([removed], []), Topic.LEFT_BEHIND)

    assert severity is Severity.NOTICE
    assert "leaves the volumes of its pods" in sentence


def test_a_removed_stateful_set_may_take_its_volumes() -> None:
    """Where its retention policy says so."""
    policy = {"whenDeleted": "Delete"}
    spec = {"volumeClaimTemplates": [{}], "persistentVolumeClaimRetentionPolicy": policy}

    changes = objects([thing("StatefulSet", spec=spec)], [])

    assert severities(changes, Topic.STATEFUL) == [Severity.RISKY]
