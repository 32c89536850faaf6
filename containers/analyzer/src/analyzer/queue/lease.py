"""A message of the workflow's queue, its visibility timeout, and its Step Functions task."""

import json
import logging
import time
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from pydantic import ValidationError

from analyzer.failure import Problem, Refused
from analyzer.requests import one_sentence
from analyzer.runtime import RequestT

_OF_THE_TASK = {"task_token", "video_id"}


_LOG = logging.getLogger(__name__)
_ENDED = {"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"}
_CAUSE_CHARACTERS = 1000
AWS_ERRORS = (BotoCoreError, ClientError)


class NoTaskToken(Exception):  # noqa: N818 - not ours to mend
    """A message without a task token: no result can be reported."""


@dataclass(frozen=True, kw_only=True)
class TaskMessage:
    """One received message of the queue, and the task that waits for its answer."""

    receipt: str
    token: str
    video_id: str
    fields: dict[str, Any]

    def request(self, kind: type[RequestT]) -> RequestT:
        """Validate the fields as those of an HTTP request; raise `Refused`."""
        try:
            return kind.model_validate(self.fields)
        except ValidationError as error:
            raise Refused(Problem.BAD_REQUEST, one_sentence(error.errors())) from error


def parse(received: dict[str, Any]) -> TaskMessage:
    """Read a message as SQS gives it; raise `NoTaskToken`."""
    try:
        body = json.loads(received["Body"])
        token, video_id = body["task_token"], body["video_id"]
    except (ValueError, TypeError, KeyError) as error:
        raise NoTaskToken from error
    if not isinstance(token, str) or not token:
        raise NoTaskToken
    fields = {name: value for name, value in body.items() if name not in _OF_THE_TASK}
    return TaskMessage(
        receipt=received["ReceiptHandle"], token=token, video_id=str(video_id), fields=fields
    )


class TaskEnded(Exception):  # noqa: N818 - the workflow's decision
    """The workflow no longer waits for this task."""


@dataclass(frozen=True, kw_only=True)
class WorkerTimeouts:
    """How long a worker waits for what. Decided here for all; only tests have others."""

    poll_seconds: int = 2
    """Short, since a poll cannot be taken back: it is the first thing that a drain waits for."""

    visibility_seconds: int = 60
    """How long a message is hidden from others after each heartbeat."""

    heartbeat_seconds: float = 20
    drain_seconds: float = 90
    """terminationGracePeriodSeconds less what the release of a message and the exit take."""


def hide(sqs: Any, queue_url: str, receipt: str, seconds: int) -> None:  # noqa: ANN401
    """Hide a received message from other workers for so long from now; 0 gives it back."""
    sqs.change_message_visibility(
        QueueUrl=queue_url, ReceiptHandle=receipt, VisibilityTimeout=seconds
    )


def no_messages(queue_url: str, error: Exception) -> str:
    """Say in one sentence that SQS refused to give messages, and why."""
    return f"SQS gives no messages of {queue_url}: {' '.join(str(error).split())}"


class Lease:
    """A received message, hidden from other workers while its visibility timeout is extended."""

    def __init__(
        self,
        message: TaskMessage,
        queue_url: str,
        sqs: Any,  # noqa: ANN401 - boto3 ships no types
        states: Any,  # noqa: ANN401
        timeouts: WorkerTimeouts,
    ) -> None:
        self._message = message
        self._queue_url = queue_url
        self._sqs = sqs
        self._states = states
        self._timeouts = timeouts
        self._heartbeat_at = -float("inf")

    def extend(self) -> None:
        """Extend the visibility timeout and send a heartbeat, when due; raise `TaskEnded`."""
        if time.monotonic() - self._heartbeat_at < self._timeouts.heartbeat_seconds:
            return
        self._heartbeat_at = time.monotonic()
        try:
            self._hide(self._timeouts.visibility_seconds)
            self._send("send_task_heartbeat")
        except AWS_ERRORS as error:
            # The next heartbeat may succeed; if none does, another worker receives the message.
            _LOG.warning("no heartbeat for %s: %s", self._message.video_id, error)

    def succeed(self, output: str) -> None:
        """Send the task its result, then delete the message."""
        self._send("send_task_success", output=output)
        self.delete()

    def fail(self, refused: Refused) -> None:
        """Send the task the failure, then delete the message."""
        cause = refused.sentence[:_CAUSE_CHARACTERS]
        self._send("send_task_failure", error=refused.problem.error, cause=cause)
        self.delete()

    def release(self) -> None:
        """Make the message visible to other workers at once."""
        self._hide(0)

    def delete(self) -> None:
        self._sqs.delete_message(QueueUrl=self._queue_url, ReceiptHandle=self._message.receipt)

    def _hide(self, seconds: int) -> None:
        hide(self._sqs, self._queue_url, self._message.receipt, seconds)

    def _send(self, operation: str, **words: str) -> None:
        try:
            getattr(self._states, operation)(taskToken=self._message.token, **words)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in _ENDED:
                raise TaskEnded from error
            raise
