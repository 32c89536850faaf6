"""Alarms, which cost by being there."""

from collections.abc import Iterator
from decimal import Decimal

from plan.cost.finding import Line
from plan.cost.quotes import quote
from plan.model.assembly import Assembly
from plan.model.figures import Scale


def alarm_lines(assembly: Assembly) -> Iterator[Line]:
    """Return what alarms cost, of which each looks at one metric."""
    for alarm in assembly.of_type("AWS::CloudWatch::Alarm"):
        yield Line(
            stack=alarm.stack,
            part="alarms",
            owner=alarm.service,
            what="alarms",
            count=Scale.fixed(1),
            each=Decimal(1),
            price=quote(assembly.region_of(alarm), "alarm.month"),
        )
