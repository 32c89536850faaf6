"""The queue worker: receives messages one by one, analyses, and reports to Step Functions."""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import wait
from typing import Any, Generic

from analyzer.analyses import AnalysisRunner, Busy, RequestOrigin, RunningAnalysis
from analyzer.failure import Cancelled, Problem, Refused, as_refused
from analyzer.metrics import WorkerMetrics
from analyzer.queue.lease import (
    AWS_ERRORS,
    Lease,
    NoTaskToken,
    TaskEnded,
    TaskMessage,
    WorkerTimeouts,
    hide,
    no_messages,
    parse,
)
from analyzer.requests import AnalysisResponse
from analyzer.runtime import RequestT

_LOG = logging.getLogger(__name__)
_TICK_SECONDS = 0.5
_PAUSE_SECONDS = 5
"""After AWS did not answer, after boto3's own retries."""


class Worker(Generic[RequestT]):
    """The loop around the queue; it runs in the thread that calls `run`."""

    def __init__(
        self,
        *,
        queue_url: str,
        clients: Callable[[str], Any],
        analyses: AnalysisRunner[RequestT],
        request: type[RequestT],
        metrics: WorkerMetrics,
        timeouts: WorkerTimeouts,
    ) -> None:
        self._queue_url = queue_url
        self._sqs = clients("sqs")
        self._states = clients("stepfunctions")
        self._analyses = analyses
        self._request = request
        self._metrics = metrics
        self._timeouts = timeouts
        self._stopping = threading.Event()
        self._leave_at = float("inf")
        self._unanswered = f"{queue_url} was not asked for messages yet"

    def check_queue(self) -> None:
        """Raise `Refused` unless SQS has answered the last question for messages."""
        if self._unanswered:
            raise Refused(Problem.UNAVAILABLE, self._unanswered)

    def stop(self) -> None:
        """Receive no further message; finish the current one within `drain_seconds`."""
        if not self._stopping.is_set():
            self._leave_at = time.monotonic() + self._timeouts.drain_seconds
            self._stopping.set()

    def run(self) -> None:
        while not self._stopping.is_set():
            try:
                received = self._receive()
            except AWS_ERRORS as error:
                self._unanswered = no_messages(self._queue_url, error)
                _LOG.warning("no messages: %s", error)
                self._stopping.wait(_PAUSE_SECONDS)
                continue
            self._unanswered = ""
            for message in received:
                late = self._stopping.is_set()
                end = self._give_back(message) if late else self._handle(message)
                self._metrics.messages.labels(end).inc()

    def _receive(self) -> list[dict[str, Any]]:
        answer = self._sqs.receive_message(
            QueueUrl=self._queue_url,
            MaxNumberOfMessages=1,
            WaitTimeSeconds=self._timeouts.poll_seconds,
            VisibilityTimeout=self._timeouts.visibility_seconds,
        )
        messages: list[dict[str, Any]] = answer.get("Messages", [])
        return messages

    def _give_back(self, received: dict[str, Any]) -> str:
        """Let others have at once what the last poll brought after the order to stop."""
        try:
            hide(self._sqs, self._queue_url, received["ReceiptHandle"], 0)
        except AWS_ERRORS as error:
            _LOG.warning("message %s is not given back: %s", received.get("MessageId"), error)
        return "released"

    def _handle(self, received: dict[str, Any]) -> str:
        """Process a message; return the outcome for the metrics."""
        try:
            message = parse(received)
        except NoTaskToken:
            # It is received again until SQS moves it to the dead-letter queue.
            _LOG.exception("message %s has no task token", received.get("MessageId"))
            return "unanswerable"
        lease = Lease(message, self._queue_url, self._sqs, self._states, self._timeouts)
        try:
            end = self._process(message, lease)
        except AWS_ERRORS as error:
            # Hidden for less than a minute: then another worker receives it.
            _LOG.warning("no answer for %s: %s", message.video_id, error)
            end = "unsent"
        _LOG.info("%s: %s", message.video_id, end)
        return end

    def _process(self, message: TaskMessage, lease: Lease) -> str:
        try:
            return self._analyze_and_report(message, lease)
        except Cancelled:
            lease.release()
            return "released"
        except TaskEnded:
            lease.delete()
            return "ended"

    def _analyze_and_report(self, message: TaskMessage, lease: Lease) -> str:
        try:
            lease.extend()
            lease.succeed(self._analyze(message, lease).model_dump_json())
        except Refused as refused:
            lease.fail(refused)
            return refused.problem.error.removeprefix("Analysis.")
        return "Success"

    def _analyze(self, message: TaskMessage, lease: Lease) -> AnalysisResponse:
        running = self._start(message.request(self._request), lease)
        try:
            while not wait([running.future], timeout=_TICK_SECONDS).done:
                self._extend_or_cancel(lease)
        except BaseException:
            running.deadline.cancel()
            raise
        error = running.future.exception()
        if error is None or isinstance(error, Refused | Cancelled):
            return running.future.result()
        # A defect of ours is no reason for the task to wait for its time limit.
        _LOG.error("%s met a defect", message.video_id, exc_info=error)
        raise as_refused(error)

    def _start(self, request: RequestT, lease: Lease) -> RunningAnalysis:
        while True:
            try:
                return self._analyses.start(request, RequestOrigin.QUEUE)
            except Busy:
                time.sleep(_TICK_SECONDS)
                self._extend_or_cancel(lease)

    def _extend_or_cancel(self, lease: Lease) -> None:
        """Extend the lease, unless the drain time is over."""
        if time.monotonic() >= self._leave_at:
            raise Cancelled
        lease.extend()
