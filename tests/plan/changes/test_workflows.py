"""A workflow fails, waits or gives up where it did not before."""

import json

import pytest

from plan.changes.nouns import Severity, Topic
from tests.plan.assemblies import Document, resource
from tests.plan.changes.compared import fields, resources, told

_TOKEN = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"
_RETRY = {"ErrorEquals": ["Analysis.Unavailable"], "MaxAttempts": 2}
_CATCH = {"ErrorEquals": ["States.ALL"], "Next": "Audio failed"}


def _machine(**task: object) -> Document:
    audio = {
        "Type": "Task",
        "Resource": _TOKEN,
        "HeartbeatSeconds": 1800,
        "TimeoutSeconds": 3600,
        "Retry": [_RETRY],
        "Catch": [_CATCH],
        "End": True,
        **task,
    }
    given = {name: value for name, value in audio.items() if value is not None}
    parallel = {
        "Type": "Parallel",
        "Branches": [
            {"StartAt": "Audio", "States": {"Audio": given, "Audio failed": {"Type": "Pass"}}},
            {"StartAt": "Video", "States": {"Video": {"Type": "Pass", "End": True}}},
        ],
        "End": True,
    }
    text = json.dumps({"StartAt": "Analyse", "States": {"Analyse": parallel}})
    start, end = text.split(_TOKEN, 1) if _TOKEN in text else (text, "")
    joined = {"Fn::Join": ["", [start, _TOKEN if end else "", end]]}
    return resource(
        "AWS::StepFunctions::StateMachine", "App/Workflow/Resource", {"DefinitionString": joined}
    )


def _told(topic: Topic, **after: object) -> list[tuple[Severity, str]]:
    return told(resources({"M": _machine()}, {"M": _machine(**after)}), topic)


def test_a_definition_is_compared_state_by_state() -> None:
    """Though the template has it as one text of many pieces."""
    changes = resources({"M": _machine()}, {"M": _machine(TimeoutSeconds=7200)})

    assert fields(changes) == {
        "DefinitionString.States.Analyse.Branches[Audio].States.Audio.TimeoutSeconds": (3600, 7200)
    }


def test_executions_end_as_they_began() -> None:
    """Whoever looks at one that runs sees the old definition."""
    assert _told(Topic.RESTART, TimeoutSeconds=7200) == [
        (Severity.INFO, "changes for new executions: those that run end as they began")
    ]


@pytest.mark.parametrize("limit", ["TimeoutSeconds", "HeartbeatSeconds"])
def test_a_task_that_waits_for_ever_is_a_risk(limit: str) -> None:
    """Nobody sends back the token of a worker that died."""
    assert _told(Topic.PODS, **{limit: None}) == [
        (Severity.RISKY, f"Audio loses its {limit}: a worker that dies is waited for a year")
    ]


def test_a_task_without_a_token_ends_by_itself() -> None:
    """Step Functions sees it fail."""
    lambda_task = "arn:aws:states:::lambda:invoke"
    before = _machine(Resource=lambda_task)
    after = _machine(Resource=lambda_task, HeartbeatSeconds=None)

    assert not told(resources({"M": before}, {"M": after}), Topic.PODS)


def test_less_patience_is_to_be_looked_at() -> None:
    """It may be meant so."""
    assert _told(Topic.PODS, TimeoutSeconds=1200) == [
        (Severity.NOTICE, "Audio waits 1200 s instead of 3600, by its TimeoutSeconds")
    ]


def test_less_patience_than_a_first_node_takes_is_a_risk() -> None:
    """A heartbeat counts from the sending of the message, also while no node is there."""
    ((severity, sentence),) = _told(Topic.PODS, HeartbeatSeconds=60)

    assert severity is Severity.RISKY
    assert sentence == (
        "Audio waits 60 s instead of 1800, by its HeartbeatSeconds: a first node with its pod "
        "takes up to 250 s"
    )


def test_an_error_that_is_no_longer_caught_fails_the_whole() -> None:
    """A failed branch was a result until now."""
    assert _told(Topic.PODS, Catch=None) == [
        (
            Severity.RISKY,
            "Audio no longer catches States.ALL: that fails the whole execution",
        )
    ]


def test_an_error_that_is_no_longer_tried_again_is_to_be_looked_at() -> None:
    """It may be meant so."""
    assert _told(Topic.PODS, Retry=[]) == [
        (Severity.NOTICE, "Audio no longer tries again after Analysis.Unavailable")
    ]


def test_a_replaced_machine_ends_its_executions() -> None:
    """With them goes what they were waiting for."""
    before, after = _machine(), _machine()
    before["Properties"]["StateMachineType"] = "STANDARD"
    after["Properties"]["StateMachineType"] = "EXPRESS"

    ((severity, sentence),) = told(resources({"M": before}, {"M": after}), Topic.STATEFUL)
    assert severity is Severity.RISKY
    assert "the executions of the old one end" in sentence


def test_a_definition_that_is_no_json_says_nothing() -> None:
    """As one that lies in a bucket."""
    before, after = _machine(), _machine()
    after["Properties"]["DefinitionString"] = "{"

    findings = resources({"M": before}, {"M": after}).findings
    assert [finding.topic for finding in findings] == [Topic.RESTART]
