"""A message that is ours for a while, and the task that has to hear of us."""

import logging
import time
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from analyzer.failure import Refused
from analyzer.queue.message import Message

_LOG = logging.getLogger(__name__)
_ENDED = {"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"}
_CAUSE_CHARACTERS = 1000

AWS_ERRORS = (BotoCoreError, ClientError)


class TokenEnded(Exception):  # noqa: N818 - the workflow's decision
    """The workflow no longer waits for this task."""


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long a worker waits for what. Decided here for all; only tests have others."""

    poll_seconds: int = 5
    """Short, since a poll cannot be taken back: it is the first thing that a drain waits for."""

    visibility_seconds: int = 60
    """How long a message is hidden from others after each beat."""

    beat_seconds: float = 20
    drain_seconds: float = 90
    """terminationGracePeriodSeconds less what the release of a message and the exit take."""


class Lease:
    """One message in our hands."""

    def __init__(
        self,
        message: Message,
        queue_url: str,
        sqs: Any,  # noqa: ANN401 - boto3 ships no types
        states: Any,  # noqa: ANN401
        patience: Patience,
    ) -> None:
        self._message = message
        self._queue_url = queue_url
        self._sqs = sqs
        self._states = states
        self._patience = patience
        self._beaten = -float("inf")

    def keep(self) -> None:
        """Hide the message and tell the task that we are at it, if it is time to; `TokenEnded`."""
        if time.monotonic() - self._beaten < self._patience.beat_seconds:
            return
        self._beaten = time.monotonic()
        try:
            self._hide(self._patience.visibility_seconds)
            self._tell("send_task_heartbeat")
        except AWS_ERRORS as error:
            # The next beat may succeed; if none does, another worker gets the message.
            _LOG.warning("no heartbeat for %s: %s", self._message.video_id, error)

    def succeed(self, output: str) -> None:
        """Give the task its result, then the message is done."""
        self._tell("send_task_success", output=output)
        self.delete()

    def fail(self, refused: Refused) -> None:
        """Give the task the reason why there is none, then the message is done."""
        cause = refused.sentence[:_CAUSE_CHARACTERS]
        self._tell("send_task_failure", error=refused.problem.error, cause=cause)
        self.delete()

    def release(self) -> None:
        """Let another worker have the message at once."""
        self._hide(0)

    def delete(self) -> None:
        """Take the message from the queue."""
        self._sqs.delete_message(QueueUrl=self._queue_url, ReceiptHandle=self._message.receipt)

    def _hide(self, seconds: int) -> None:
        self._sqs.change_message_visibility(
            QueueUrl=self._queue_url,
            ReceiptHandle=self._message.receipt,
            VisibilityTimeout=seconds,
        )

    def _tell(self, operation: str, **words: str) -> None:
        try:
            getattr(self._states, operation)(taskToken=self._message.token, **words)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in _ENDED:
                raise TokenEnded from error
            raise
