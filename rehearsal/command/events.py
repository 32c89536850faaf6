"""What CloudFormation does while the cdk command deploys."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import takewhile
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


@dataclass(frozen=True, kw_only=True)
class _State:
    """A stack's status, and since when; without either there is no such stack yet."""

    status: str = ""
    since: datetime | None = None

    @classmethod
    def of(cls, stack: Any) -> "_State":  # noqa: ANN401
        return cls(status=stack["StackStatus"], since=stack.get("LastUpdatedTime"))


class Events:
    """The events of some stacks since a deploy began.

    A look costs little: of a stack that rests nothing is read, of others the newest page.
    """

    def __init__(self, cloudformation: Any, stacks: Sequence[str]) -> None:  # noqa: ANN401
        self._cloudformation = cloudformation
        self._states = self._read_states(stacks)
        self._known: set[str] = set()
        for name in stacks:
            self._known |= {event["EventId"] for event in self._unknown(name)}
        self.seen: list[Event] = []

    def new(self) -> list[Event]:
        """Return what has happened since the last look, oldest first."""
        states = self._read_states(self._states)
        moving = [name for name, state in states.items() if self._moves(name, state)]
        self._states = states
        found = [(name, event) for name in moving for event in reversed(self._unknown(name))]
        self._known |= {event["EventId"] for _, event in found}
        events = sorted((_event(name, event) for name, event in found), key=lambda event: event.at)
        self.seen += events
        return events

    def _moves(self, name: str, state: _State) -> bool:
        """Whether a stack changes, or has since the last look."""
        last = next((event for event in reversed(self.seen) if event.stack == name), None)
        is_told = last is None or last.ends_stack
        return not is_told or state != self._states[name] or state.status.endswith("_IN_PROGRESS")

    def first_failure(self) -> Event | None:
        """Return the failure that the others follow from."""
        return next((event for event in self.seen if event.is_failure), None)

    def seconds(self, stack: str) -> float | None:
        """Return how long a stack's own change took; None if it was not touched."""
        times = [event.at for event in self.seen if event.stack == stack]
        return (times[-1] - times[0]).total_seconds() if times else None

    def _read_states(self, stacks: Iterable[str]) -> dict[str, _State]:
        pages = self._cloudformation.get_paginator("describe_stacks").paginate()
        found = {stack["StackName"]: _State.of(stack) for page in pages for stack in page["Stacks"]}
        return {name: found.get(name, _State()) for name in stacks}

    def _unknown(self, stack: str) -> list[Any]:
        """Return a stack's new events, newest first; none if there is no such stack yet.

        Pages of what is known are not read: a cluster's stack has some hundred events.
        """
        pages = self._cloudformation.get_paginator("describe_stack_events")
        events = (
            event for page in pages.paginate(StackName=stack) for event in page["StackEvents"]
        )
        try:
            return list(takewhile(lambda event: event["EventId"] not in self._known, events))
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
