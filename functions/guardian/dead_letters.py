"""Fails the task of a message in the dead-letter queue, with the reason."""

import json
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from .runtime import client, log

_ERROR = "Analysis.Abandoned"
_CAUSE = "Three analysers ended before they had analysed the upload."
_ENDED = {"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"}
"""The task has ended otherwise, or its execution has."""


def handler(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Fail the task of each message; messages whose call failed stay in the queue."""
    left = [record["messageId"] for record in event["Records"] if not _fail_task(record)]
    return {"batchItemFailures": [{"itemIdentifier": identity} for identity in left]}


def _fail_task(record: Mapping[str, Any]) -> bool:
    message = json.loads(record["body"])
    try:
        client("stepfunctions").send_task_failure(
            taskToken=message["task_token"], error=_ERROR, cause=_CAUSE
        )
    except ClientError as error:
        code = error.response["Error"]["Code"]
        log("NotTold", video_id=message["video_id"], error=code)
        return code in _ENDED
    log("Abandoned", video_id=message["video_id"])
    return True
