"""The bucket of runs and the queue of its events, in an emulator of AWS."""

import json
import time
from collections.abc import Callable
from functools import cache
from typing import Any
from uuid import uuid4

import boto3
from botocore.config import Config

from containers.model_store.tests.emulated import REGION, Emulator
from music_api import layout

_PATIENCE_SECONDS = 90
VIDEO = b"a video"


@cache
def _client(service: str, endpoint: str) -> Any:
    """Return the one that all tests share: making one takes longer than most of them."""
    make: Any = boto3.client
    return make(
        service,
        region_name=REGION,
        endpoint_url=endpoint,
        aws_access_key_id="000000000000",
        aws_secret_access_key="test",
        config=Config(
            signature_version="s3v4" if service == "s3" else None,
            retries={"total_max_attempts": 1},
            max_pool_connections=32,
        ),
    )


class Cloud:
    def __init__(self, emulator: Emulator, *, receives: int = 3) -> None:
        self.emulator = emulator
        self.s3, self.sqs = _client("s3", emulator.url), _client("sqs", emulator.url)
        self.bucket = f"runs-{uuid4()}"
        place = {"LocationConstraint": REGION}
        self.s3.create_bucket(Bucket=self.bucket, CreateBucketConfiguration=place)
        self.dead_letters = self._queue({})
        arn = self._attribute(self.dead_letters, "QueueArn")
        again = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": str(receives)})
        self.queue = self._queue({"RedrivePolicy": again})

    def notify(self) -> None:
        """Let the bucket tell the queue of uploads and ends, as the stack does."""
        rules = [
            {
                "QueueArn": self._attribute(self.queue, "QueueArn"),
                "Events": ["s3:ObjectCreated:*"],
                "Filter": {
                    "Key": {
                        "FilterRules": [
                            {"Name": "prefix", "Value": "runs/"},
                            {"Name": "suffix", "Value": suffix},
                        ]
                    }
                },
            }
            for suffix in ("/input/video", "/end.json")
        ]
        self.s3.put_bucket_notification_configuration(
            Bucket=self.bucket, NotificationConfiguration={"QueueConfigurations": rules}
        )

    def put(self, run: str, name: str, content: bytes | dict[str, Any] = b"x") -> None:
        """Write what a browser or a step writes."""
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.s3.put_object(Bucket=self.bucket, Key=layout.of_run(run, name), Body=body)

    def put_results(self, run: str, *results: int) -> None:
        self.put(run, layout.SEGMENTS, {"seconds": 1, "segments": []})
        for result in results:
            self.put(run, layout.video(result), f"video {result}".encode())
            self.put(run, layout.music(result))
            self.put(run, layout.peaks(result), {"seed": 41 + result})

    def read(self, run: str, name: str) -> dict[str, Any]:
        body = self.s3.get_object(Bucket=self.bucket, Key=layout.of_run(run, name))["Body"]
        found: dict[str, Any] = json.loads(body.read())
        return found

    def objects(self) -> set[str]:
        found = self.s3.list_objects_v2(Bucket=self.bucket).get("Contents", [])
        return {item["Key"] for item in found}

    def send(self, body: str) -> None:
        self.sqs.send_message(QueueUrl=self.queue, MessageBody=body)

    def send_event(self, key: str, *, bucket: str = "", name: str = "ObjectCreated:Put") -> None:
        record = {
            "eventVersion": "2.1",
            "eventSource": "aws:s3",
            "eventName": name,
            "s3": {
                "s3SchemaVersion": "1.0",
                "bucket": {"name": bucket or self.bucket},
                "object": {"key": key, "size": len(VIDEO)},
            },
        }
        self.send(json.dumps({"Records": [record]}))

    def messages(self, queue: str = "") -> int:
        names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
        return sum(int(self._attribute(queue or self.queue, name)) for name in names)

    def _queue(self, attributes: dict[str, str]) -> str:
        url: str = self.sqs.create_queue(QueueName=str(uuid4()), Attributes=attributes)["QueueUrl"]
        return url

    def _attribute(self, queue: str, name: str) -> str:
        answer = self.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=[name])
        value: str = answer["Attributes"][name]
        return value


def wait_for(condition: Callable[[], bool], seconds: float = _PATIENCE_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to be"
        time.sleep(0.05)
