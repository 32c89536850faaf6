"""A message that three workers ended over ends its task, and leaves the queue only then."""

import json
from typing import Any

import pytest

from functions.guardian import dead_letters

from .conftest import Stub

ENDED = ["TaskTimedOut", "TaskDoesNotExist", "InvalidToken"]


def letters(*tokens: str) -> dict[str, Any]:
    return {
        "Records": [
            {"messageId": f"id-{token}", "body": json.dumps({"task_token": token, "video_id": "v"})}
            for token in tokens
        ]
    }


def test_task_of_a_dead_letter_fails_at_once(stub: Stub) -> None:
    """Instead of half an hour later, when its heartbeat has run out."""
    stub("stepfunctions").add_response(
        "send_task_failure",
        {},
        {
            "taskToken": "a",
            "error": "Analysis.Abandoned",
            "cause": "Three analysers ended before they had analysed the upload.",
        },
    )

    assert dead_letters.handler(letters("a"), None) == {"batchItemFailures": []}


@pytest.mark.parametrize("code", ENDED)
def test_dead_letter_of_a_task_that_has_ended_is_dropped(stub: Stub, code: str) -> None:
    """There is nobody left to tell."""
    stub("stepfunctions").add_client_error("send_task_failure", code)

    assert dead_letters.handler(letters("a"), None) == {"batchItemFailures": []}


def test_dead_letter_that_could_not_be_told_stays(stub: Stub) -> None:
    """The others of the batch go."""
    stub("stepfunctions").add_client_error("send_task_failure", "ServiceUnavailable")
    stub("stepfunctions").add_response("send_task_failure", {})

    assert dead_letters.handler(letters("a", "b"), None) == {
        "batchItemFailures": [{"itemIdentifier": "id-a"}]
    }
