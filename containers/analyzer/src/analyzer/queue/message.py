"""What the workflow sends."""

import json
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from analyzer.failure import Problem, Refused
from analyzer.program import RequestT
from analyzer.requests import one_sentence

_OF_THE_TASK = {"task_token", "video_id"}


class Unanswerable(Exception):  # noqa: N818 - not ours to mend
    """A message without a token: nobody can be told anything."""


@dataclass(frozen=True, kw_only=True)
class Message:
    """One received message of the queue, and the task that waits for its answer."""

    receipt: str
    token: str
    video_id: str
    fields: dict[str, Any]

    def request(self, kind: type[RequestT]) -> RequestT:
        """Return what is asked, as if it had come by HTTP; raise `Refused`."""
        try:
            return kind.model_validate(self.fields)
        except ValidationError as error:
            raise Refused(Problem.BAD_REQUEST, one_sentence(error.errors())) from error


def parse(received: dict[str, Any]) -> Message:
    """Read a message as SQS gives it; raise `Unanswerable`."""
    try:
        body = json.loads(received["Body"])
        token, video_id = body["task_token"], body["video_id"]
    except (ValueError, TypeError, KeyError) as error:
        raise Unanswerable from error
    if not isinstance(token, str) or not token:
        raise Unanswerable
    fields = {name: value for name, value in body.items() if name not in _OF_THE_TASK}
    return Message(
        receipt=received["ReceiptHandle"], token=token, video_id=str(video_id), fields=fields
    )
