"""The critical path: what takes longest from things that wait for one another."""

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

from plan.model.failure import PlanError
from plan.time.finding import Step, total


def critical_path(
    steps: Mapping[str, tuple[Step, ...]], waits_for: Mapping[str, Iterable[str]]
) -> tuple[Step, ...]:
    """Return the steps of the slowest chain; what has no steps takes no time but keeps its place.

    Slowest means by the upper ends; `PlanError` if things wait for one another in a circle.
    """
    best: dict[str, tuple[Step, ...]] = {}
    # Of chains that take as long, the same one in every run.
    waits_for = {name: sorted(earlier) for name, earlier in waits_for.items()}
    try:
        order = list(TopologicalSorter(waits_for).static_order())
    except CycleError as error:
        message = f"these wait for one another: {', '.join(sorted(set(error.args[1])))}"
        raise PlanError(message) from error
    for name in order:
        earlier = (best[other] for other in waits_for.get(name, ()))
        best[name] = (*max(earlier, key=_slowest, default=()), *steps.get(name, ()))
    return max(best.values(), key=_slowest, default=())


def _slowest(path: tuple[Step, ...]) -> tuple[int, int]:
    time = total(step.seconds for step in path)
    return time.high, time.low
