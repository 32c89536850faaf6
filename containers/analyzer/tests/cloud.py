"""A bucket, a queue and a workflow of an emulator of AWS, and how they look from outside."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import boto3
from botocore.config import Config

from containers.model_store.tests.emulated import REGION, Emulator

KEY = "uploads/user/6b1f/clip.mp4"
_PATIENCE_SECONDS = 60
_ROLE = "arn:aws:iam::000000000000:role/workflow"


def clients(emulator: Emulator) -> Callable[[str], Any]:
    make: Any = boto3.client
    return lambda service: make(
        service,
        region_name=REGION,
        endpoint_url=emulator.url,
        aws_access_key_id="000000000000",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 2}, read_timeout=30),
    )


@dataclass(frozen=True, kw_only=True)
class Ended:
    status: str
    output: Any
    error: str | None
    cause: str | None


class Cloud:
    def __init__(self, emulator: Emulator, *, visibility_seconds: int = 3) -> None:
        make = clients(emulator)
        self.clients = make
        self.s3, self.sqs, self.states = make("s3"), make("sqs"), make("stepfunctions")
        self.bucket = f"uploads-{uuid4()}"
        place = {"LocationConstraint": REGION}
        self.s3.create_bucket(Bucket=self.bucket, CreateBucketConfiguration=place)
        versions = {"Status": "Enabled"}
        self.s3.put_bucket_versioning(Bucket=self.bucket, VersioningConfiguration=versions)
        self.dead_letters = self._queue({})
        arn = self._attribute(self.dead_letters, "QueueArn")
        again = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": "3"})
        self.queue = self._queue(
            {"RedrivePolicy": again, "VisibilityTimeout": str(visibility_seconds)}
        )
        self._machine = self._workflow()

    def upload(self, content: bytes, key: str = KEY) -> str:
        answer = self.s3.put_object(Bucket=self.bucket, Key=key, Body=content)
        version: str = answer["VersionId"]
        return version

    def begin(self, **fields: Any) -> str:
        """Let the workflow send a task to the queue, and return its execution."""
        asked = {"s3_bucket": self.bucket, "s3_key": KEY, "video_id": str(uuid4())} | fields
        begun = self.states.start_execution(
            stateMachineArn=self._machine, name=str(uuid4()), input=json.dumps({"asked": asked})
        )
        execution: str = begun["executionArn"]
        return execution

    def end(self, execution: str) -> Ended:
        found: dict[str, Any] = {}

        def is_over() -> bool:
            found.update(self.states.describe_execution(executionArn=execution))
            return bool(found["status"] != "RUNNING")

        wait_for(is_over)
        output = json.loads(found["output"]) if found.get("output") else None
        return Ended(
            status=found["status"],
            output=output,
            error=found.get("error"),
            cause=found.get("cause"),
        )

    def send(self, body: str) -> None:
        self.sqs.send_message(QueueUrl=self.queue, MessageBody=body)

    def token(self) -> str:
        """Look at the next message without taking it, and return its token."""
        found: list[dict[str, str]] = []

        def is_there() -> bool:
            answer = self.sqs.receive_message(QueueUrl=self.queue, VisibilityTimeout=0)
            found.extend(answer.get("Messages", []))
            return bool(found)

        wait_for(is_there)
        token: str = json.loads(found[0]["Body"])["task_token"]
        return token

    def messages(self, queue: str = "") -> int:
        names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
        return sum(int(self._attribute(queue or self.queue, name)) for name in names)

    def hidden(self) -> int:
        """Count the messages that a worker has."""
        return int(self._attribute(self.queue, "ApproximateNumberOfMessagesNotVisible"))

    def _queue(self, attributes: dict[str, str]) -> str:
        url: str = self.sqs.create_queue(QueueName=str(uuid4()), Attributes=attributes)["QueueUrl"]
        return url

    def _attribute(self, queue: str, name: str) -> str:
        answer = self.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=[name])
        value: str = answer["Attributes"][name]
        return value

    def _workflow(self) -> str:
        """Make a state machine that sends what it is given, with its token, and waits."""
        body = "States.JsonMerge($.asked, States.StringToJson(States.Format("
        body += '\'\\{"task_token":"{}"\\}\', $$.Task.Token)), false)'
        task = {
            "Type": "Task",
            "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
            "Parameters": {"QueueUrl": self.queue, "MessageBody.$": body},
            "End": True,
        }
        definition = {"StartAt": "Analysis", "States": {"Analysis": task}}
        made = self.states.create_state_machine(
            name=str(uuid4()), definition=json.dumps(definition), roleArn=_ROLE
        )
        machine: str = made["stateMachineArn"]
        return machine


def wait_for(condition: Callable[[], bool], seconds: float = _PATIENCE_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to be"
        time.sleep(0.05)
