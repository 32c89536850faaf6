"""What CloudFormation does is told once and in its order, and looking costs little."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from rehearsal.command.events import Events

_PAGE = 100
_BEGAN = datetime(2026, 12, 1, tzinfo=UTC)


@dataclass(kw_only=True)
class _Stack:
    """A stack with its events, oldest first."""

    status: str = "CREATE_COMPLETE"
    updated: datetime | None = None
    events: list[Mapping[str, Any]] = field(default_factory=list)


class _CloudFormation:
    """Stacks as AWS describes them: events newest first and in pages."""

    def __init__(self) -> None:
        self.stacks = {"Data": _Stack()}
        self.read: list[str] = []
        """The stack of each page of events that was asked for."""
        self._seconds = count()

    def happens(self, number: int, resource_type: str = "AWS::SQS::Queue") -> None:
        for _ in range(number):
            second = next(self._seconds)
            self.stacks["Data"].events.append(
                {
                    "EventId": str(second),
                    "LogicalResourceId": f"Resource{second}",
                    "ResourceType": resource_type,
                    "ResourceStatus": "UPDATE_COMPLETE",
                    "Timestamp": _BEGAN + timedelta(seconds=second),
                }
            )

    def update(self, status: str) -> None:
        self.stacks["Data"].status = status
        self.stacks["Data"].updated = _BEGAN + timedelta(seconds=next(self._seconds))

    def get_paginator(self, name: str) -> "_Pages":
        return _Pages(self, name)


@dataclass
class _Pages:
    cloud: _CloudFormation
    operation: str

    def paginate(self, **asked: str) -> Iterator[Mapping[str, Any]]:
        if self.operation == "describe_stacks":
            yield {
                "Stacks": [
                    {"StackName": name, "StackStatus": one.status, "LastUpdatedTime": one.updated}
                    for name, one in self.cloud.stacks.items()
                ]
            }
            return
        name = asked["StackName"]
        events = self.cloud.stacks[name].events[::-1]
        for first in range(0, len(events), _PAGE):
            self.cloud.read.append(name)
            yield {"StackEvents": events[first : first + _PAGE]}


@pytest.fixture
def cloud() -> _CloudFormation:
    return _CloudFormation()


def test_new_events_come_in_their_order_and_once(cloud: _CloudFormation) -> None:
    """Those of before the watch began are not among them."""
    cloud.happens(2)
    events = Events(cloud, ["Data"])

    cloud.update("UPDATE_IN_PROGRESS")
    cloud.happens(_PAGE + 3)

    assert len(events.new()) == _PAGE + 3
    assert events.seen == sorted(events.seen, key=lambda event: event.at)
    assert events.new() == []


def test_what_is_known_is_not_read_again(cloud: _CloudFormation) -> None:
    """A look at a stack with a long history costs one page."""
    cloud.happens(5 * _PAGE)
    events = Events(cloud, ["Data"])
    cloud.read.clear()

    cloud.update("UPDATE_IN_PROGRESS")
    cloud.happens(1)

    assert len(events.new()) == 1
    assert cloud.read == ["Data"]


def test_a_stack_that_rests_is_not_read(cloud: _CloudFormation) -> None:
    """Until it changes again, also if that took less time than passes between two looks."""
    cloud.happens(1)
    events = Events(cloud, ["Data"])
    cloud.read.clear()
    assert events.new() == []
    assert cloud.read == []

    cloud.update("CREATE_COMPLETE")
    cloud.happens(1)

    assert len(events.new()) == 1


def test_the_end_of_a_stack_is_waited_for(cloud: _CloudFormation) -> None:
    """Its status says so before its events do."""
    events = Events(cloud, ["Data"])
    cloud.update("UPDATE_COMPLETE")
    cloud.happens(1)
    assert [one.ends_stack for one in events.new()] == [False]

    cloud.happens(1, "AWS::CloudFormation::Stack")

    assert [one.ends_stack for one in events.new()] == [True]
