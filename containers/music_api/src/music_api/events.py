"""The queue of the bucket's events: received, handled, and given back if that cannot be done."""

import json
import logging
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from botocore.exceptions import BotoCoreError, ClientError

from music_api.failure import Unavailable
from music_api.ids import ID_PATTERN
from music_api.metrics import Metrics
from music_api.starting import Starting

_LOG = logging.getLogger(__name__)
_AWS_ERRORS = (BotoCoreError, ClientError)
_KEY = re.compile(rf"runs/({ID_PATTERN})/(input/video|end\.json)")
_COUNT = "ApproximateReceiveCount"


class Unreadable(Exception):  # noqa: N818 - not ours to mend
    """A message that no event of our bucket makes; it ends in the dead-letter queue."""


@dataclass(frozen=True, kw_only=True)
class Timeouts:
    """How long the queue waits for what. Decided here for all; only tests have others."""

    poll_seconds: int = 5
    """Short, since a poll cannot be taken back: it is the first thing that an exit waits for."""

    visibility_seconds: int = 120
    """Longer than ten messages take with all that they need slow."""

    again_seconds: int = 15
    """After what is needed did not answer; twice as long each time."""

    again_most_seconds: int = 900
    pause_seconds: float = 5


class Events:
    """The loop around the queue; it runs in the thread that calls `run`."""

    def __init__(
        self,
        *,
        queue_url: str,
        bucket: str,
        sqs: Any,  # noqa: ANN401 - boto3 ships no types
        starting: Starting,
        metrics: Metrics,
        timeouts: Timeouts,
    ) -> None:
        self._queue_url = queue_url
        self._bucket = bucket
        self._sqs = sqs
        self._handlers: dict[str, Callable[[str], str]] = {
            "input/video": starting.uploaded,
            "end.json": starting.ended,
        }
        self._metrics = metrics
        self._timeouts = timeouts
        self._stopping = threading.Event()
        self._has_received = False

    def check_queue(self) -> None:
        """Raise `Unavailable` unless the queue has answered once."""
        if not self._has_received:
            sentence = "the queue of the bucket's events has not answered yet"
            raise Unavailable(sentence)

    def stop(self) -> None:
        """Receive no further message; finish the current one, give back the others."""
        self._stopping.set()

    def run(self) -> None:
        while not self._stopping.is_set():
            try:
                received = self._receive()
            except _AWS_ERRORS as error:
                _LOG.warning("the queue gives no messages: %s", error)
                self._stopping.wait(self._timeouts.pause_seconds)
                continue
            self._has_received = True
            for message in received:
                outcome = "stopped" if self._stopping.is_set() else self._handle(message)
                self._settle(message, outcome)
                self._metrics.events.labels(outcome).inc()

    def _receive(self) -> list[dict[str, Any]]:
        answer = self._sqs.receive_message(
            QueueUrl=self._queue_url,
            MaxNumberOfMessages=10,
            WaitTimeSeconds=self._timeouts.poll_seconds,
            VisibilityTimeout=self._timeouts.visibility_seconds,
            MessageSystemAttributeNames=[_COUNT],
        )
        messages: list[dict[str, Any]] = answer.get("Messages", [])
        return messages

    def _handle(self, message: Mapping[str, Any]) -> str:
        try:
            outcomes = [
                self._handlers[name](run) for run, name in read(message["Body"], self._bucket)
            ]
        except Unreadable as error:
            _LOG.error("message %s: %s", message["MessageId"], error)
            return "unreadable"
        except Unavailable as error:
            _LOG.warning("message %s comes again: %s", message["MessageId"], error.sentence)
            return "unavailable"
        except Exception:  # noqa: BLE001 - of one message; the others and HTTP go on
            _LOG.exception("message %s met a defect", message["MessageId"])
            return "defect"
        return outcomes[0] if outcomes else "test"

    def _settle(self, message: Mapping[str, Any], outcome: str) -> None:
        """Delete what was handled; the rest comes again, until the queue moves it aside."""
        receipt = {"QueueUrl": self._queue_url, "ReceiptHandle": message["ReceiptHandle"]}
        try:
            match outcome:
                case "unavailable" | "defect":
                    seconds = self._pause(message)
                    self._sqs.change_message_visibility(**receipt, VisibilityTimeout=seconds)
                case "unreadable" | "stopped":
                    self._sqs.change_message_visibility(**receipt, VisibilityTimeout=0)
                case _:
                    self._sqs.delete_message(**receipt)
        except _AWS_ERRORS as error:
            # It is hidden for a while, and handled once more: that changes nothing.
            _LOG.warning("message %s is not settled: %s", message["MessageId"], error)

    def _pause(self, message: Mapping[str, Any]) -> int:
        count = int(message.get("Attributes", {}).get(_COUNT, 1))
        return min(
            self._timeouts.again_seconds << min(count - 1, 10), self._timeouts.again_most_seconds
        )


def read(body: str, bucket: str) -> list[tuple[str, str]]:
    """Return run and name of the objects that a message tells of; raise `Unreadable`."""
    try:
        event = json.loads(body)
        if event.get("Event") == "s3:TestEvent":
            return []
        records = [(record["eventName"], record["s3"]) for record in event["Records"]]
        named = [(name, s3["bucket"]["name"], s3["object"]["key"]) for name, s3 in records]
        return [_of_ours(name, held_by, key, bucket) for name, held_by, key in named]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        sentence = "it is no event of S3"
        raise Unreadable(sentence) from error


def _of_ours(name: str, held_by: str, key: str, bucket: str) -> tuple[str, str]:
    found = _KEY.fullmatch(unquote_plus(key))
    if not name.removeprefix("s3:").startswith("ObjectCreated:") or held_by != bucket or not found:
        sentence = f"{name} of s3://{held_by}/{key} is not for us"
        raise Unreadable(sentence)
    return found[1], found[2]
