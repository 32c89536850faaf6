"""Takes messages one by one, analyses, and answers."""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import wait
from typing import Any, Generic

from analyzer.analyses import Analyses, Busy, Running, Source
from analyzer.failure import Cancelled, Problem, Refused
from analyzer.metrics import Metrics
from analyzer.program import RequestT
from analyzer.queue.lease import AWS_ERRORS, Lease, Patience, TokenEnded
from analyzer.queue.message import Message, Unanswerable, parse
from analyzer.requests import Answer

_LOG = logging.getLogger(__name__)
_TICK_SECONDS = 0.5
_PAUSE_SECONDS = 5
"""After AWS did not answer, beyond boto3's own patience."""


class Worker(Generic[RequestT]):
    """The loop around the queue; it runs in the thread that calls `run`."""

    def __init__(
        self,
        *,
        queue_url: str,
        clients: Callable[[str], Any],
        analyses: Analyses[RequestT],
        request: type[RequestT],
        metrics: Metrics,
        patience: Patience,
    ) -> None:
        self._queue_url = queue_url
        self._sqs = clients("sqs")
        self._states = clients("stepfunctions")
        self._analyses = analyses
        self._request = request
        self._metrics = metrics
        self._patience = patience
        self._stopping = threading.Event()
        self._leave_at = float("inf")

    def stop(self) -> None:
        """Take no further message; what is in hand may be finished if that is soon."""
        if not self._stopping.is_set():
            self._leave_at = time.monotonic() + self._patience.drain_seconds
            self._stopping.set()

    def run(self) -> None:
        """Work until `stop`."""
        while not self._stopping.is_set():
            try:
                received = self._receive()
            except AWS_ERRORS as error:
                _LOG.warning("no messages: %s", error)
                self._stopping.wait(_PAUSE_SECONDS)
                continue
            for message in received:
                end = self._handled(message)
                self._metrics.messages.labels(end).inc()

    def _receive(self) -> list[dict[str, Any]]:
        answer = self._sqs.receive_message(
            QueueUrl=self._queue_url,
            MaxNumberOfMessages=1,
            WaitTimeSeconds=self._patience.poll_seconds,
            VisibilityTimeout=self._patience.visibility_seconds,
        )
        messages: list[dict[str, Any]] = answer.get("Messages", [])
        return messages

    def _handled(self, received: dict[str, Any]) -> str:
        """Do all that a message takes, and say how it ended."""
        try:
            message = parse(received)
        except Unanswerable:
            # It comes again until the queue puts it where an alarm sees it.
            _LOG.exception("message %s has no task token", received.get("MessageId"))
            return "unanswerable"
        lease = Lease(message, self._queue_url, self._sqs, self._states, self._patience)
        try:
            end = self._answered(message, lease)
        except AWS_ERRORS as error:
            # Hidden for less than a minute: then somebody else tries.
            _LOG.warning("no answer for %s: %s", message.video_id, error)
            end = "unsent"
        _LOG.info("%s: %s", message.video_id, end)
        return end

    def _answered(self, message: Message, lease: Lease) -> str:
        try:
            return self._told(message, lease)
        except Cancelled:
            lease.release()
            return "released"
        except TokenEnded:
            lease.delete()
            return "ended"

    def _told(self, message: Message, lease: Lease) -> str:
        try:
            lease.keep()
            lease.succeed(self._analyzed(message, lease).model_dump_json())
        except Refused as refused:
            lease.fail(refused)
            return refused.problem.error.removeprefix("Analysis.")
        return "Success"

    def _analyzed(self, message: Message, lease: Lease) -> Answer:
        running = self._begun(message.request(self._request), lease)
        try:
            while not wait([running.future], timeout=_TICK_SECONDS).done:
                self._stay(lease)
        except BaseException:
            running.deadline.cancel()
            raise
        error = running.future.exception()
        if error is None or isinstance(error, Refused | Cancelled):
            return running.future.result()
        # A defect of ours is no reason for the task to wait for its time limit.
        _LOG.error("%s met a defect", message.video_id, exc_info=error)
        sentence = f"the analysis ended with {type(error).__name__}: see the log"
        raise Refused(Problem.UNAVAILABLE, sentence)

    def _begun(self, request: RequestT, lease: Lease) -> Running:
        while True:
            try:
                return self._analyses.start(request, Source.QUEUE)
            except Busy:
                time.sleep(_TICK_SECONDS)
                self._stay(lease)

    def _stay(self, lease: Lease) -> None:
        """Keep the message, unless the process has to go."""
        if time.monotonic() >= self._leave_at:
            raise Cancelled
        lease.keep()
