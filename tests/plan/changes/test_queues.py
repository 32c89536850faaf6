"""Messages are lost or come twice, and events no longer start anything."""

from typing import Any

import pytest

from plan.changes.nouns import Severity, Topic
from tests.plan.assemblies import Document, resource
from tests.plan.changes.compared import resources, told


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
            "sets nothing aside any more",
        ),
        (
            {"RedrivePolicy": _redrive(3)},
            {"RedrivePolicy": _redrive(1)},
            Topic.PROTECTION,
            Severity.NOTICE,
            "after 1 tries instead of 3",
        ),
        (
            {"VisibilityTimeout": 60},
            {"VisibilityTimeout": "20"},
            Topic.PODS,
            Severity.NOTICE,
            "shows a message again after 20 s instead of 60",
        ),
    ],
)
def test_what_a_queue_loses(
    before: Document, after: Document, topic: Topic, severity: Severity, words: str
) -> None:
    """Retention, the dead-letter queue, tries, and the time that a worker has."""
    ((found, sentence),) = told(resources({"Q": _queue(**before)}, {"Q": _queue(**after)}), topic)

    assert found is severity
    assert words in sentence


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, {"MessageRetentionPeriod": 1_209_600}),
        ({}, {"RedrivePolicy": _redrive(3)}),
        ({"VisibilityTimeout": 60}, {"VisibilityTimeout": 120}),
    ],
)
def test_what_a_queue_gains_is_no_finding(before: Document, after: Document) -> None:
    """More of everything loses nothing."""
    assert resources({"Q": _queue(**before)}, {"Q": _queue(**after)}).findings == ()


def test_a_removed_queue_takes_its_messages() -> None:
    """As any other thing that holds data."""
    ((severity, sentence),) = told(resources({"Q": _queue()}, {}), Topic.STATEFUL)

    assert (severity, sentence) == (Severity.RISKY, "is deleted with its data")


@pytest.mark.parametrize(
    ("after", "words"),
    [
        ({"State": "DISABLED"}, "is switched off"),
        ({"Targets": []}, "starts workflow no more"),
    ],
)
def test_a_rule_that_starts_nothing_is_a_risk(after: Document, words: str) -> None:
    """Uploads arrive, and nobody analyses them."""
    ((severity, sentence),) = told(resources({"R": _rule()}, {"R": _rule(**after)}), Topic.PODS)

    assert severity is Severity.RISKY
    assert words in sentence


def test_a_rule_with_another_pattern_is_to_be_looked_at() -> None:
    """What no longer matches starts nothing."""
    other = {"source": ["aws.s3"], "detail": {"object": {"key": [{"prefix": "videos/"}]}}}
    changes = resources({"R": _rule()}, {"R": _rule(EventPattern=other)})

    ((severity, sentence),) = told(changes, Topic.PODS)
    assert severity is Severity.NOTICE
    assert "by detail.object.key[0].prefix" in sentence


def test_a_removed_rule_starts_nothing() -> None:
    """It holds no data, and is missed all the same."""
    ((severity, _),) = told(resources({"R": _rule()}, {}), Topic.PODS)

    assert severity is Severity.RISKY


@pytest.mark.parametrize("kind", ["AWS::S3::Bucket", "Custom::S3BucketNotifications"])
def test_a_bucket_that_tells_nobody_is_a_risk(kind: str) -> None:
    """Whether the bucket itself says so, or the resource that the CDK makes for it."""
    tells: Document = {"NotificationConfiguration": {"EventBridgeConfiguration": {}}}
    before, after = (resource(kind, "App/Uploads", given) for given in (tells, {}))

    ((severity, sentence),) = told(resources({"B": before}, {"B": after}), Topic.PODS)

    assert severity is Severity.RISKY
    assert sentence == "tells EventBridge nothing any more: an upload starts nothing"
