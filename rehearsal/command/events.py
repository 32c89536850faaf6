"""What CloudFormation does while the cdk command deploys."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

_CONSEQUENCES = ("Resource creation cancelled", "Resource update cancelled")
"""Reasons of failures that only follow from an earlier one."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """One event of a stack; `resource` is empty for the stack's own."""

    stack: str
    resource: str
    resource_type: str
    status: str
    reason: str
    at: datetime

    @property
    def is_failure(self) -> bool:
        """Whether something failed of itself."""
        return self.status.endswith("_FAILED") and not self.reason.startswith(_CONSEQUENCES)

    @property
    def ends_stack(self) -> bool:
        """Whether the stack has come to rest."""
        return not self.resource and not self.status.endswith("_IN_PROGRESS")


class Events:
    """The events of some stacks since a deploy began."""

    def __init__(self, cloudformation: Any, stacks: Sequence[str]) -> None:  # noqa: ANN401
        self._cloudformation = cloudformation
        self._stacks = stacks
        self._known = {event["EventId"] for name in stacks for event in self._all(name)}
        self.seen: list[Event] = []

    def new(self) -> list[Event]:
        """Return what has happened since the last look, oldest first."""
        found = [
            (name, event)
            for name in self._stacks
            for event in reversed(self._all(name))
            if event["EventId"] not in self._known
        ]
        self._known |= {event["EventId"] for _, event in found}
        events = sorted((_event(name, event) for name, event in found), key=lambda event: event.at)
        self.seen += events
        return events

    def first_failure(self) -> Event | None:
        """Return the failure that the others follow from."""
        return next((event for event in self.seen if event.is_failure), None)

    def seconds(self, stack: str) -> float | None:
        """Return how long a stack's own change took; None if it was not touched."""
        times = [event.at for event in self.seen if event.stack == stack]
        return (times[-1] - times[0]).total_seconds() if times else None

    def _all(self, stack: str) -> list[Any]:
        """Return all events of a stack, newest first; none if there is no such stack yet."""
        try:
            pages = self._cloudformation.get_paginator("describe_stack_events")
            return [
                event for page in pages.paginate(StackName=stack) for event in page["StackEvents"]
            ]
        except ClientError:
            return []


def _event(stack: str, event: Any) -> Event:  # noqa: ANN401
    of_stack = event["ResourceType"] == "AWS::CloudFormation::Stack"
    return Event(
        stack=stack,
        resource="" if of_stack else event["LogicalResourceId"],
        resource_type=event["ResourceType"],
        status=event["ResourceStatus"],
        reason=event.get("ResourceStatusReason", ""),
        at=event["Timestamp"].astimezone(UTC),
    )
