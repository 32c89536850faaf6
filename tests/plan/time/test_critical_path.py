"""The critical path of things that wait for one another."""

import pytest

from plan.model.failure import PlanError
from plan.time import Seconds, Step
from plan.time.cloudformation import critical_path


def _step(name: str, low: int, high: int) -> tuple[Step, ...]:
    return (Step(subject=name, what="work", each=Seconds(low, high), mark="U", source="a test"),)


def _names(path: tuple[Step, ...]) -> list[str]:
    return [step.subject for step in path]


def test_the_slowest_chain_decides() -> None:
    """Of two ways to the end the one with the larger upper ends counts."""
    steps = {
        "start": _step("start", 1, 1),
        "slow": _step("slow", 5, 20),
        "quick": _step("quick", 9, 10),
        "end": _step("end", 1, 1),
    }
    waits = {"slow": ["start"], "quick": ["start"], "end": ["slow", "quick"]}
    assert _names(critical_path(steps, waits)) == ["start", "slow", "end"]


def test_many_short_steps_can_outlast_a_long_one() -> None:
    """The chain counts, not the longest step."""
    steps = {name: _step(name, 1, 4) for name in "abc"} | {"long": _step("long", 10, 11)}
    waits = {"b": ["a"], "c": ["b"], "long": []}
    assert _names(critical_path(steps, waits)) == ["a", "b", "c"]


def test_what_has_no_steps_still_keeps_its_place() -> None:
    """An unchanged resource between two changed ones makes the second wait for the first."""
    steps = {"first": _step("first", 1, 2), "last": _step("last", 1, 2)}
    waits = {"unchanged": ["first"], "last": ["unchanged"]}
    assert _names(critical_path(steps, waits)) == ["first", "last"]


def test_nothing_to_do_takes_no_steps() -> None:
    """Without steps there is no path."""
    assert critical_path({}, {"a": ["b"]}) == ()


def test_a_circle_is_refused_with_its_members() -> None:
    """Nothing in a circle could ever start."""
    with pytest.raises(PlanError, match="these wait for one another: a, b"):
        critical_path({}, {"a": ["b"], "b": ["a"]})
