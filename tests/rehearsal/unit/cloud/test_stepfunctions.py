"""Step Functions as patched: task tokens and who may answer them, and calls of Transcribe."""

import json
import time
from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rehearsal.cloud.emulator import Emulator

from .roles import REGION, acting_as, role

_SECONDS = 60


def ended(states: Any, execution: str) -> Mapping[str, Any]:
    deadline = time.monotonic() + _SECONDS
    while (found := states.describe_execution(executionArn=execution))["status"] == "RUNNING":
        assert time.monotonic() < deadline, found
        time.sleep(0.1)
    return dict(found)


def _waiting_task(cloud: Emulator) -> tuple[str, str, str]:
    states, sqs = cloud.client("stepfunctions", REGION), cloud.client("sqs", REGION)
    queue = sqs.create_queue(QueueName="tasks")["QueueUrl"]
    call = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Parameters": {"QueueUrl": queue, "MessageBody": {"token.$": "$$.Task.Token"}},
        "End": True,
    }
    machine = states.create_state_machine(
        name="waits",
        definition=json.dumps({"StartAt": "Call", "States": {"Call": call}}),
        roleArn=role(cloud, "machine", {"Action": "sqs:SendMessage", "Resource": "*"}),
    )["stateMachineArn"]
    execution = states.start_execution(stateMachineArn=machine)["executionArn"]
    (message,) = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=20)["Messages"]
    return machine, execution, json.loads(message["Body"])["token"]


def test_a_task_is_answered_by_those_who_may_answer_its_state_machine(cloud: Emulator) -> None:
    """The right names the state machine, as a deployed role's does; that of another is no help."""
    machine, execution, token = _waiting_task(cloud)
    answers = {"Action": "states:SendTaskSuccess"}
    stranger, worker = (
        acting_as(cloud, role(cloud, name, {**answers, "Resource": resource}), "stepfunctions")
        for name, resource in (("stranger", f"{machine}-2"), ("worker", machine))
    )

    with pytest.raises(ClientError, match="not authorized to perform: states:SendTaskSuccess"):
        stranger.send_task_success(taskToken=token, output="{}")
    worker.send_task_success(taskToken=token, output='{"right": true}')

    found = ended(cloud.client("stepfunctions", REGION), execution)
    assert json.loads(found["output"]) == {"right": True}


def test_each_attempt_of_each_branch_is_answered_by_its_own_token(cloud: Emulator) -> None:
    """Two branches wait at once, one is tried again, and neither hears the other's answer."""
    states, sqs = cloud.client("stepfunctions", REGION), cloud.client("sqs", REGION)
    queue = sqs.create_queue(QueueName="branches")["QueueUrl"]
    machine = states.create_state_machine(
        name="branches",
        definition=json.dumps(
            {
                "StartAt": "Both",
                "States": {
                    "Both": {
                        "Type": "Parallel",
                        "Branches": [_branch(queue, name) for name in ("left", "right")],
                        "End": True,
                    }
                },
            }
        ),
        roleArn=role(cloud, "branching", {"Action": "sqs:SendMessage", "Resource": "*"}),
    )["stateMachineArn"]
    execution = states.start_execution(stateMachineArn=machine)["executionArn"]
    first = _received(sqs, queue, 2)

    states.send_task_failure(taskToken=first["left"], error="Again", cause="once more")
    second = _received(sqs, queue, 1)
    for branch, token in (("right", first["right"]), ("left", second["left"])):
        states.send_task_success(taskToken=token, output=json.dumps({"branch": branch}))

    assert len({*first.values(), *second.values()}) == 3
    found = ended(states, execution)
    assert json.loads(found["output"]) == [{"branch": "left"}, {"branch": "right"}]


def _branch(queue: str, name: str) -> Mapping[str, Any]:
    call = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Parameters": {
            "QueueUrl": queue,
            "MessageBody": {"branch": name, "token.$": "$$.Task.Token"},
        },
        "Retry": [{"ErrorEquals": ["Again"], "IntervalSeconds": 1, "MaxAttempts": 1}],
        "End": True,
    }
    return {"StartAt": name, "States": {name: call}}


def _received(sqs: Any, queue: str, count: int) -> dict[str, str]:
    tokens: dict[str, str] = {}
    deadline = time.monotonic() + _SECONDS
    while len(tokens) < count:
        assert time.monotonic() < deadline
        for message in sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=5).get("Messages", []):
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
            body = json.loads(message["Body"])
            tokens[body["branch"]] = body["token"]
    return tokens


def _run(cloud: Emulator, operation: str, arguments: dict[str, Any]) -> Mapping[str, Any]:
    states = cloud.client("stepfunctions", REGION)
    call = {
        "Type": "Task",
        "Resource": f"arn:aws:states:::aws-sdk:transcribe:{operation}",
        "Parameters": arguments,
        "End": True,
    }
    machine = states.create_state_machine(
        name=operation,
        definition=json.dumps({"StartAt": "Call", "States": {"Call": call}}),
        roleArn=role(cloud, operation, {"Action": "transcribe:*", "Resource": "*"}),
    )["stateMachineArn"]
    execution = states.start_execution(stateMachineArn=machine)["executionArn"]
    return ended(states, execution)


def test_a_state_machine_starts_a_transcription(cloud: Emulator) -> None:
    """The job is there afterwards, and its state is what the next state reads."""
    s3 = cloud.client("s3", REGION)
    s3.create_bucket(Bucket="talk", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket="talk", Key="talk.mp4", Body=b"words")

    told = _run(
        cloud,
        "startTranscriptionJob",
        {
            "TranscriptionJobName": "first",
            "LanguageCode": "ko-KR",
            "MediaFormat": "mp4",
            "Media": {"MediaFileUri": "s3://talk/talk.mp4"},
        },
    )

    assert told["status"] == "SUCCEEDED", told
    job = json.loads(told["output"])["TranscriptionJob"]
    jobs = cloud.client("transcribe", REGION).list_transcription_jobs()
    assert job["TranscriptionJobName"] == "first"
    assert [one["TranscriptionJobName"] for one in jobs["TranscriptionJobSummaries"]] == ["first"]


def test_a_refused_call_has_the_name_of_the_services_error(cloud: Emulator) -> None:
    """By it a state machine decides whether to try again."""
    told = _run(cloud, "getTranscriptionJob", {"TranscriptionJobName": "none"})

    assert (told["status"], told["error"]) == ("FAILED", "Transcribe.NotFoundException")
