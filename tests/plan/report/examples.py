"""Findings of the shop."""

from dataclasses import replace
from datetime import date

from plan.capacity import capacity_of
from plan.capacity.survey import place
from plan.changes import Changes, Risk, Severity, Topic, compare
from plan.cost import cost_of, differences
from plan.model.assembly import Assembly
from plan.report import Findings
from plan.time import time_of_first_deploy
from tests.plan.picture.example import shop
from tests.plan.time.examples import changed

_TODAY = date(2026, 11, 21)


def first_deploy(assembly: Assembly | None = None) -> Findings:
    """Return what is found where there is nothing to compare with."""
    planned = assembly or shop()
    placements = place(planned)
    return Findings(
        name="Shop",
        before=None,
        planned=planned,
        placements=placements,
        changes=None,
        capacity=capacity_of(planned),
        cost=cost_of(planned, _TODAY, placements),
        cost_changes=(),
        time=time_of_first_deploy(planned, placements),
    )


def change(before: Assembly, after: Assembly) -> Findings:
    first = first_deploy(after)
    return replace(
        first,
        before="main",
        changes=compare(before, after),
        cost_changes=differences(cost_of(before, _TODAY), first.cost),
        time=changed(before, after),
    )


def risky(*sentences: str) -> Findings:
    """Return a change of which only these risks are known."""
    risks = tuple(
        Risk(
            topic=Topic.STATEFUL,
            severity=Severity.RISKY,
            service="till",
            stack="Shop",
            subject="Deployment till",
            sentence=sentence,
        )
        for sentence in sentences
    )
    return replace(first_deploy(), before="main", changes=Changes(changes=(), risks=risks))
