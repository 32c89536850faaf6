"""What state machines may call beyond what the emulator knows."""

import json
import time
from typing import Any

from rehearsal.cloud.emulator import Emulator

REGION = "ap-northeast-2"
_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "states.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
_SECONDS = 60


def _run(cloud: Emulator, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Run a state machine with one call, and return how it ended."""
    iam, states = cloud.client("iam", REGION), cloud.client("stepfunctions", REGION)
    role = iam.create_role(RoleName=operation, AssumeRolePolicyDocument=json.dumps(_TRUST))
    call = {
        "Type": "Task",
        "Resource": f"arn:aws:states:::aws-sdk:transcribe:{operation}",
        "Parameters": arguments,
        "End": True,
    }
    machine = states.create_state_machine(
        name=operation,
        definition=json.dumps({"StartAt": "Call", "States": {"Call": call}}),
        roleArn=role["Role"]["Arn"],
    )["stateMachineArn"]
    execution = states.start_execution(stateMachineArn=machine)["executionArn"]
    deadline = time.monotonic() + _SECONDS
    while True:
        found: dict[str, Any] = states.describe_execution(executionArn=execution)
        if found["status"] != "RUNNING":
            return found
        assert time.monotonic() < deadline, found
        time.sleep(0.1)


def test_a_state_machine_starts_a_transcription(cloud: Emulator) -> None:
    """The job is there afterwards, and its state is what the next state reads."""
    s3 = cloud.client("s3", REGION)
    s3.create_bucket(Bucket="talk", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket="talk", Key="talk.mp4", Body=b"words")

    ended = _run(
        cloud,
        "startTranscriptionJob",
        {
            "TranscriptionJobName": "first",
            "LanguageCode": "ko-KR",
            "MediaFormat": "mp4",
            "Media": {"MediaFileUri": "s3://talk/talk.mp4"},
        },
    )

    assert ended["status"] == "SUCCEEDED", ended
    job = json.loads(ended["output"])["TranscriptionJob"]
    jobs = cloud.client("transcribe", REGION).list_transcription_jobs()
    assert job["TranscriptionJobName"] == "first"
    assert [one["TranscriptionJobName"] for one in jobs["TranscriptionJobSummaries"]] == ["first"]


def test_a_refused_call_has_the_name_of_the_services_error(cloud: Emulator) -> None:
    """By it a state machine decides whether to try again."""
    ended = _run(cloud, "getTranscriptionJob", {"TranscriptionJobName": "none"})

    assert (ended["status"], ended["error"]) == ("FAILED", "Transcribe.NotFoundException")
