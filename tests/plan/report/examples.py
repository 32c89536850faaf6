"""Findings of the shop."""

from dataclasses import replace
from datetime import date

from plan.assembly import Assembly
from plan.capacity import capacity_of
from plan.changes import Changes, Finding, Severity, Topic, compare
from plan.cost import cost_of, differences
from plan.report import Findings
from plan.time import time_of_change, time_of_first_deploy
from tests.plan.picture.example import shop

_TODAY = date(2026, 11, 21)


def first_deploy(assembly: Assembly | None = None) -> Findings:
    """Return what is found where there is nothing to compare with."""
    planned = assembly or shop()
    return Findings(
        name="Shop",
        before=None,
        planned=planned,
        changes=None,
        capacity=capacity_of(planned),
        cost=cost_of(planned, _TODAY),
        cost_changes=(),
        time=time_of_first_deploy(planned),
    )


def change(before: Assembly, after: Assembly) -> Findings:
    """Return what is found of a change."""
    found = compare(before, after)
    cost = cost_of(after, _TODAY)
    return replace(
        first_deploy(after),
        before="main",
        changes=found,
        cost=cost,
        cost_changes=differences(cost_of(before, _TODAY), cost),
        time=time_of_change(before, after, found),
    )


def risky(*sentences: str) -> Findings:
    """Return a change of which only these risks are known."""
    risks = tuple(
        Finding(
            topic=Topic.STATEFUL,
            severity=Severity.RISKY,
            service="till",
            stack="Shop",
            subject="Deployment till",
            sentence=sentence,
        )
        for sentence in sentences
    )
    return replace(first_deploy(), before="main", changes=Changes(changes=(), findings=risks))
