"""State machines of Step Functions, as their definitions have them."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from plan.model.assembly import Assembly, Resource

STATE_MACHINE = "AWS::StepFunctions::StateMachine"
State = Mapping[str, Any]


def definition(machine: Resource) -> State:
    """Return the definition of a state machine; nothing where it is not in the template."""
    given = machine.properties.get("Definition")
    if isinstance(given, dict):
        return given
    try:
        found = json.loads(str(machine.properties.get("DefinitionString")))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def states(whole: State) -> Iterator[tuple[str, State]]:
    """Yield all states with their names, those of branches after the state that has these."""
    for name, state in (whole.get("States") or {}).items():
        yield name, state
        inner = [*state.get("Branches", ()), state.get("ItemProcessor", {})]
        for branch in inner:
            yield from states(branch)


def waits_for_token(state: State) -> bool:
    """Whether a task waits for `SendTaskSuccess` or `SendTaskFailure` with its token."""
    return str(state.get("Resource", "")).endswith(".waitForTaskToken")


def path(whole: State) -> list[State]:
    """Return the states of the longest way on which nothing fails, each entered once.

    Of a state with branches, all of them are entered.
    """
    named = whole.get("States") or {}
    ways = _ways(named, str(whole.get("StartAt")), ())
    return max((_entered(named, way) for way in ways), key=len, default=[])


def round_of(whole: State, waiting: State) -> list[State]:
    """Return the states that are entered once more each time that a wait was too short."""
    for named in _scopes(whole):
        for name, state in named.items():
            if state is waiting:
                back = (way for way in _ways(named, name, ()) if name in _next(named[way[-1]]))
                return min((_entered(named, way) for way in back), key=len, default=[])
    return []


def _scopes(whole: State) -> Iterator[Mapping[str, State]]:
    yield whole.get("States") or {}
    for _, state in states(whole):
        yield from (branch.get("States") or {} for branch in state.get("Branches", ()))


def _ways(
    named: Mapping[str, State], start: str, before: tuple[str, ...]
) -> Iterator[tuple[str, ...]]:
    """Yield all ways from a state on, of every length, that enter none twice."""
    if start in named and start not in before:
        way = (*before, start)
        yield way
        for name in _next(named[start]):
            yield from _ways(named, name, way)


def _next(state: State) -> list[str]:
    """Name the states that may follow if nothing fails."""
    choices = [str(choice["Next"]) for choice in state.get("Choices", ()) if "Next" in choice]
    return choices + [str(state[name]) for name in ("Next", "Default") if name in state]


def _entered(named: Mapping[str, State], way: tuple[str, ...]) -> list[State]:
    found: list[State] = []
    for name in way:
        found.append(named[name])
        for branch in named[name].get("Branches", ()):
            found += path(branch)
    return found


def is_of_s3(rule: Mapping[str, Any]) -> bool:
    """Whether a rule listens to what happens in buckets."""
    return "aws.s3" in (rule.get("EventPattern") or {}).get("source", ())


def begun_by_uploads(assembly: Assembly) -> list[Resource]:
    """Return the state machines that something new in a bucket starts, by the order of rules."""
    targets = (
        assembly.target(rule.stack, str(target.get("Arn")))
        for rule in assembly.of_type("AWS::Events::Rule")
        if is_of_s3(rule.properties)
        for target in rule.properties.get("Targets", ())
    )
    return [found for found in targets if found and found.type == STATE_MACHINE]


def called(machine: Resource, assembly: Assembly) -> list[Resource]:
    """Return the functions of a workflow: those it calls, and those that queues beside it call."""
    named = [str(text) for text in machine.properties.get("DefinitionSubstitutions", {}).values()]
    beside = [
        str(one.properties.get("FunctionName"))
        for one in assembly.of_type("AWS::Lambda::EventSourceMapping")
        if (one.stack, one.service) == (machine.stack, machine.service)
    ]
    return functions_named(machine.stack, [*named, *beside], assembly)


def functions_named(stack: str, named: list[str], assembly: Assembly) -> list[Resource]:
    """Return the functions among what references name, seen from a stack."""
    found = [assembly.target(stack, name) for name in dict.fromkeys(named)]
    return [one for one in found if one and one.type == "AWS::Lambda::Function"]
