"""Stand-ins for the analysers: they keep the contract of the queue, and have mishaps as told."""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Self

from botocore.exceptions import ClientError

from .deployment import Deployment

_SOON_SECONDS = 1
"""After which the message of an analyser that had a mishap comes back. In the queue that takes its
minute of visibility, which would only make the tests longer."""
_SLOW_SECONDS = 8
_ENDED = {"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"}
_SCORES = {"audio": "deepfake_probability", "video": "manipulation_probability"}


class Workers:
    """A number of analysers of both kinds, each in a thread."""

    def __init__(self, deployment: Deployment, *, each: int) -> None:
        self.counts: Counter[str] = Counter()
        self._deployment = deployment
        self._deliveries: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        queues = {"audio": deployment.audio_queue, "video": deployment.video_queue}
        self._threads = [
            threading.Thread(target=self._work, args=(name, queue), daemon=True)
            for name, queue in queues.items()
            for _ in range(each)
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _work(self, name: str, queue: str) -> None:
        sqs = self._deployment.cloud.client("sqs")
        while not self._stop.is_set():
            answer = sqs.receive_message(
                QueueUrl=queue,
                MaxNumberOfMessages=1,
                WaitTimeSeconds=1,
            )
            for message in answer.get("Messages", []):
                handle = {"QueueUrl": queue, "ReceiptHandle": message["ReceiptHandle"]}

                def let_go(handle: Mapping[str, str] = handle) -> None:
                    sqs.change_message_visibility(**handle, VisibilityTimeout=_SOON_SECONDS)

                if self._deal_with(name, json.loads(message["Body"]), let_go):
                    self._delete(handle)

    def _delete(self, handle: Mapping[str, str]) -> None:
        """Delete a message, which another analyser may have got and deleted meanwhile."""
        try:
            self._deployment.cloud.client("sqs").delete_message(**handle)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ReceiptHandleIsInvalid":
                raise

    def _deal_with(self, name: str, task: Mapping[str, Any], let_go: Callable[[], None]) -> bool:
        """Return whether the message is done with."""
        token = task["task_token"]
        if not self._call("send_task_heartbeat", token):
            self._count("ended before")
            return True
        plan = self._plan(name, task)
        mishap = self._next_mishap(name, task, plan)
        self._count(mishap or "good")
        match mishap:
            case "die":
                let_go()
                return False
            case "silent":
                return True
            case "slow":
                self._take_long(token)
            case "unavailable":
                self._fail(token, "Analysis.Unavailable", "The analyser is busy.")
                return True
            case "late":
                let_go()
                time.sleep(2 * _SOON_SECONDS)
            case "keep":
                let_go()
        for _ in range(2 if mishap == "twice" else 1):
            self._answer(name, token, plan)
        return mishap != "keep"

    def _take_long(self, token: str) -> None:
        for _ in range(_SLOW_SECONDS):
            time.sleep(1)
            assert self._call("send_task_heartbeat", token)

    def _answer(self, name: str, token: str, plan: Mapping[str, Any]) -> None:
        if plan["error"]:
            self._fail(token, plan["error"], f"The {name} analyser says why.")
            return
        output = {"status": "success", _SCORES[name]: plan["score"], "message": "done"}
        self._call("send_task_success", token, output=json.dumps(output))

    def _plan(self, name: str, task: Mapping[str, Any]) -> dict[str, Any]:
        assert name == "audio" or task["sample_rate"] == 30
        body = self._deployment.cloud.client("s3").get_object(
            Bucket=task["s3_bucket"], Key=task["s3_key"], VersionId=task["s3_version_id"]
        )["Body"]
        plan: dict[str, Any] = json.loads(body.read())[name]
        return plan

    def _next_mishap(
        self, name: str, task: Mapping[str, Any], plan: Mapping[str, Any]
    ) -> str | None:
        which = (name, task["s3_version_id"])
        with self._lock:
            delivery = self._deliveries[which]
            self._deliveries[which] += 1
        mishaps: list[str] = plan["mishaps"]
        return mishaps[delivery] if delivery < len(mishaps) else None

    def _fail(self, token: str, error: str, cause: str) -> None:
        self._call("send_task_failure", token, error=error, cause=cause)

    def _call(self, verb: str, token: str, **more: str) -> bool:
        """Return whether the task was still there to be told."""
        try:
            getattr(self._deployment.cloud.client("stepfunctions"), verb)(taskToken=token, **more)
        except ClientError as error:
            if error.response["Error"]["Code"] in _ENDED:
                return False
            raise
        return True

    def _count(self, what: str) -> None:
        with self._lock:
            self.counts[what] += 1
