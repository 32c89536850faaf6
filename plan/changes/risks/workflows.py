"""A state machine fails, waits or times out where it did not before."""

from collections.abc import Iterator

from catalog.durations import step_duration
from plan.changes.nouns import Change, Changed, Replaced, Risk, Severity, Topic
from plan.changes.sides import Sides
from plan.changes.values import number
from plan.model.assembly import Resource
from plan.model.state_machine import State, definition, states, waits_for_token

_LIMITS = ("HeartbeatSeconds", "TimeoutSeconds")


def check(change: Change, _: Sides) -> Iterator[Risk]:
    """Yield what a changed definition means for executions."""
    match change:
        case Replaced(item=Resource(type="AWS::StepFunctions::StateMachine") as item):
            sentence = "is replaced: the executions of the old one end, with their history"
            yield Risk.of(item, Topic.STATEFUL, Severity.RISKY, sentence)
        case Changed(
            before=Resource() as before,
            item=Resource(type="AWS::StepFunctions::StateMachine") as after,
        ):
            old, new = (dict(states(definition(one))) for one in (before, after))
            if old != new:
                sentence = "changes for new executions: running ones keep the old definition"
                yield Risk.of(after, Topic.RESTART, Severity.INFO, sentence)
            for name in old.keys() & new.keys():
                for severity, lost in _of_state(old[name], new[name]):
                    yield Risk.of(after, Topic.PODS, severity, f"{name} {lost}")


def _of_state(before: State, after: State) -> Iterator[tuple[Severity, str]]:
    if lost := _errors(before, "Catch") - _errors(after, "Catch"):
        names = ", ".join(sorted(lost))
        yield Severity.RISKY, f"no longer catches {names}: that fails the whole execution"
    if lost := _errors(before, "Retry") - _errors(after, "Retry"):
        yield Severity.NOTICE, f"no longer retries after {', '.join(sorted(lost))}"
    for limit in _LIMITS:
        was, now = (number(one.get(limit)) for one in (before, after))
        if was and now is None and waits_for_token(after):
            yield Severity.RISKY, f"loses its {limit}: a lost task token is waited for one year"
        elif was and now and now < was:
            less = f"waits {now:.0f} s instead of {was:.0f}, by its {limit}"
            first = _cold_start()
            if waits_for_token(after) and now < first <= was:
                yield Severity.RISKY, f"{less}: a first node with its pod takes up to {first} s"
            else:
                yield Severity.NOTICE, less


def _cold_start() -> int:
    """Return the longest time until a pod runs on a node that must start first, in seconds."""
    return sum(step_duration(name).high for name in ("node", "image", "pod"))


def _errors(state: State, kind: str) -> set[str]:
    return {error for rule in state.get(kind, ()) for error in rule.get("ErrorEquals", ())}
