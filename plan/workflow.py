"""State machines of Step Functions, as their definitions have them."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from plan.assembly import Resource

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
    """Whether a task ends when somebody sends its token back."""
    return str(state.get("Resource", "")).endswith(".waitForTaskToken")
