"""A state machine fails, waits or times out where it did not before."""

import json

import pytest

from plan.changes.nouns import Severity, Topic
from tests.plan.assemblies import Document, resource
from tests.plan.changes.compared import assert_risk, fields, resources, risks

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


def _risks(topic: Topic, **after: object) -> list[tuple[Severity, str]]:
    return risks(resources({"M": _machine()}, {"M": _machine(**after)}), topic)


def test_a_definition_is_compared_state_by_state() -> None:
    changes = resources({"M": _machine()}, {"M": _machine(TimeoutSeconds=7200)})

    assert fields(changes) == {
        "DefinitionString.States.Analyse.Branches[Audio].States.Audio.TimeoutSeconds": (3600, 7200)
    }


def test_running_executions_keep_their_definition() -> None:
    assert _risks(Topic.RESTART, TimeoutSeconds=7200) == [
        (Severity.INFO, "changes for new executions: running ones keep the old definition")
    ]


@pytest.mark.parametrize("limit", ["TimeoutSeconds", "HeartbeatSeconds"])
def test_a_task_without_a_timeout_is_a_risk(limit: str) -> None:
    assert _risks(Topic.PODS, **{limit: None}) == [
        (Severity.RISKY, f"Audio loses its {limit}: a lost task token is waited for one year")
    ]


def test_a_task_without_a_token_ends_by_itself() -> None:
    lambda_task = "arn:aws:states:::lambda:invoke"
    before = _machine(Resource=lambda_task)
    after = _machine(Resource=lambda_task, HeartbeatSeconds=None)

    assert not risks(resources({"M": before}, {"M": after}), Topic.PODS)


def test_a_shorter_timeout_is_a_notice() -> None:
    assert _risks(Topic.PODS, TimeoutSeconds=1200) == [
        (Severity.NOTICE, "Audio waits 1200 s instead of 3600, by its TimeoutSeconds")
    ]


def test_a_timeout_shorter_than_a_cold_start_is_a_risk() -> None:
    """A heartbeat counts from the sending of the message, also while no node is there."""
    ((severity, sentence),) = _risks(Topic.PODS, HeartbeatSeconds=60)

    assert severity is Severity.RISKY
    assert sentence == (
        "Audio waits 60 s instead of 1800, by its HeartbeatSeconds: a first node with its pod "
        "takes up to 250 s"
    )


def test_an_error_that_is_no_longer_caught_fails_the_whole() -> None:
    """A failed branch was a result until now."""
    assert _risks(Topic.PODS, Catch=None) == [
        (
            Severity.RISKY,
            "Audio no longer catches States.ALL: that fails the whole execution",
        )
    ]


def test_an_error_that_is_no_longer_tried_again_is_a_notice() -> None:
    assert _risks(Topic.PODS, Retry=[]) == [
        (Severity.NOTICE, "Audio no longer retries after Analysis.Unavailable")
    ]


def test_a_replaced_machine_ends_its_executions() -> None:
    before, after = _machine(), _machine()
    before["Properties"]["StateMachineType"] = "STANDARD"
    after["Properties"]["StateMachineType"] = "EXPRESS"

    assert_risk(
        resources({"M": before}, {"M": after}),
        Topic.STATEFUL,
        Severity.RISKY,
        "the executions of the old one end",
    )


def test_a_definition_that_is_no_json_says_nothing() -> None:
    before, after = _machine(), _machine()
    after["Properties"]["DefinitionString"] = "{"

    risks = resources({"M": before}, {"M": after}).risks
    assert [risk.topic for risk in risks] == [Topic.RESTART]
