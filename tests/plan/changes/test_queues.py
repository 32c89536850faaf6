"""Messages are lost or received twice, or events no longer start anything."""

from typing import Any

import pytest

from plan.changes.nouns import Severity, Topic
from tests.plan.assemblies import Document, resource
from tests.plan.changes.compared import assert_risk, resources, risks


def _queue(**properties: Any) -> Document:
    return resource("AWS::SQS::Queue", "App/Audio/Resource", properties)


def _rule(**properties: Any) -> Document:
    pattern = {"source": ["aws.s3"], "detail": {"object": {"key": [{"prefix": "uploads/"}]}}}
    targets = [{"Id": "workflow", "Arn": "arn"}]
    given = {"EventPattern": pattern, "Targets": targets, "State": "ENABLED", **properties}
    return resource("AWS::Events::Rule", "App/Uploaded/Resource", given)


def _redrive(count: int) -> Document:
    return {"deadLetterTargetArn": "arn", "maxReceiveCount": count}


@pytest.mark.parametrize(
    ("before", "after", "topic", "severity", "words"),
    [
        (
            {"MessageRetentionPeriod": 1_209_600},
            {},
            Topic.PROTECTION,
            Severity.RISKY,
            "keeps messages for 345600 s instead of 1209600",
        ),
        (
            {"RedrivePolicy": _redrive(3)},
            {},
            Topic.PROTECTION,
            Severity.RISKY,
            "has no dead-letter queue any more",
        ),
        (
            {"RedrivePolicy": _redrive(3)},
            {"RedrivePolicy": _redrive(1)},
            Topic.PROTECTION,
            Severity.NOTICE,
            "after 1 receives instead of 3",
        ),
        (
            {"VisibilityTimeout": 60},
            {"VisibilityTimeout": "20"},
            Topic.PODS,
            Severity.NOTICE,
            "has a visibility timeout of 20 s instead of 60",
        ),
    ],
)
def test_what_a_queue_loses(
    before: Document, after: Document, topic: Topic, severity: Severity, words: str
) -> None:
    assert_risk(resources({"Q": _queue(**before)}, {"Q": _queue(**after)}), topic, severity, words)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, {"MessageRetentionPeriod": 1_209_600}),
        ({}, {"RedrivePolicy": _redrive(3)}),
        ({"VisibilityTimeout": 60}, {"VisibilityTimeout": 120}),
    ],
)
def test_what_a_queue_gains_is_no_risk(before: Document, after: Document) -> None:
    assert resources({"Q": _queue(**before)}, {"Q": _queue(**after)}).risks == ()


def test_a_removed_queue_takes_its_messages() -> None:
    ((severity, sentence),) = risks(resources({"Q": _queue()}, {}), Topic.STATEFUL)

    assert (severity, sentence) == (Severity.RISKY, "is deleted with its data")


@pytest.mark.parametrize(
    ("after", "words"),
    [
        ({"State": "DISABLED"}, "is disabled"),
        ({"Targets": []}, "no longer starts workflow"),
    ],
)
def test_a_rule_without_targets_is_a_risk(after: Document, words: str) -> None:
    assert_risk(resources({"R": _rule()}, {"R": _rule(**after)}), Topic.PODS, Severity.RISKY, words)


def test_a_rule_with_another_pattern_is_a_risk() -> None:
    other = {"source": ["aws.s3"], "detail": {"object": {"key": [{"prefix": "videos/"}]}}}
    changes = resources({"R": _rule()}, {"R": _rule(EventPattern=other)})

    assert_risk(changes, Topic.PODS, Severity.RISKY, "by detail.object.key[0].prefix")


def test_a_rule_without_one_of_its_conditions_is_a_notice() -> None:
    """It matches all that it did, and more."""
    changes = resources({"R": _rule()}, {"R": _rule(EventPattern={"source": ["aws.s3"]})})

    assert_risk(changes, Topic.PODS, Severity.NOTICE, "matches other events")


def test_a_removed_rule_is_a_risk() -> None:
    ((severity, _),) = risks(resources({"R": _rule()}, {}), Topic.PODS)

    assert severity is Severity.RISKY


@pytest.mark.parametrize("kind", ["AWS::S3::Bucket", "Custom::S3BucketNotifications"])
def test_a_bucket_without_event_notifications_is_a_risk(kind: str) -> None:
    """Whether the bucket itself says so, or the resource that the CDK makes for it."""
    tells: Document = {"NotificationConfiguration": {"EventBridgeConfiguration": {}}}
    off = {"EventBridgeConfiguration": {"EventBridgeEnabled": False}}
    for silent in ({}, {"NotificationConfiguration": off}):
        before, after = (resource(kind, "App/Uploads", given) for given in (tells, silent))

        ((severity, sentence),) = risks(resources({"B": before}, {"B": after}), Topic.PODS)

        assert severity is Severity.RISKY
        assert sentence == "no longer sends events to EventBridge: an upload starts nothing"
