"""Ends the task of a message that three workers ended over, at once and with the reason."""

import json
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from .clients import client
from .log import log

_ERROR = "Analysis.Abandoned"
_CAUSE = "Three analysers ended before they had analysed the upload."
_ENDED = {"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"}
"""The task was answered otherwise, or its execution is over."""


def handler(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Fail the task of each message; those that could not be told stay in the queue."""
    left = [record["messageId"] for record in event["Records"] if not _told(record)]
    return {"batchItemFailures": [{"itemIdentifier": identity} for identity in left]}


def _told(record: Mapping[str, Any]) -> bool:
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
