"""What state machines may call beyond what the emulator knows."""

import json
from collections.abc import Mapping
from typing import Any

from rehearsal.cloud.emulator import Emulator

from .executions import ended
from .roles import REGION, role


def _run(cloud: Emulator, operation: str, arguments: dict[str, Any]) -> Mapping[str, Any]:
    """Run a state machine with one call, and return how it ended."""
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
