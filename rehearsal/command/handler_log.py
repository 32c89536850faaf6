"""What the handler of a custom resource said, where CloudFormation does not repeat it."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

TOO_LONG = "Response object is too long."
"""What CloudFormation says of an answer of more than 4096 bytes, instead of what is in it."""
_ERROR = re.compile(r"(\[ERROR\] )?\w*(Error|Exception): ")
_TOLD = 250
"""kubectl repeats the whole object first, and says at the end what is wrong with it."""


def end_of_last_error(logs: Any, stacks: Sequence[str], since: datetime) -> str:  # noqa: ANN401
    """Return how the last error in the logs of the stacks' functions ends, and where it stands."""
    errors = [
        (event["timestamp"], event["message"].strip(), group)
        for group in _groups(logs, stacks)
        for event in _events(logs, group, since)
        if _ERROR.match(event["message"])
    ]
    if not errors:
        return "its handler has logged no error"
    _, message, group = max(errors)
    return f"its handler's log ends: …{message[-_TOLD:]} (log group {group})"


def _groups(logs: Any, stacks: Sequence[str]) -> Iterator[str]:  # noqa: ANN401
    for stack in stacks:
        pages = logs.get_paginator("describe_log_groups")
        for page in pages.paginate(logGroupNamePrefix=f"/aws/lambda/{stack}-"):
            yield from (group["logGroupName"] for group in page["logGroups"])


def _events(logs: Any, group: str, since: datetime) -> Iterator[Any]:  # noqa: ANN401
    pages = logs.get_paginator("filter_log_events")
    for page in pages.paginate(logGroupName=group, startTime=int(since.timestamp() * 1000)):
        yield from page["events"]
