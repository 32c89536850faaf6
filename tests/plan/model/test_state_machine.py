"""State machines, read from templates."""

import json

import pytest

from plan.model.assembly import Resource
from plan.model.state_machine import definition, path, round_of, states
from tests.plan.assemblies import Document, Written, assembled, resource
from tests.plan.workflows import machine


def _read(properties: Document) -> Resource:
    it = resource("AWS::StepFunctions::StateMachine", properties=properties)
    (found,) = assembled(Written(name="App", resources={"It": it})).resources
    return found


@pytest.mark.parametrize(
    "properties",
    [
        {"Definition": machine()},
        {"DefinitionString": json.dumps(machine())},
        {"DefinitionString": {"Fn::Join": ["", list(json.dumps(machine()))]}},
    ],
)
def test_a_definition_is_read_in_each_of_its_forms(properties: Document) -> None:
    """As a structure, as a text, and as a text in pieces."""
    assert definition(_read(properties)) == machine()


@pytest.mark.parametrize("properties", [{}, {"DefinitionString": "{"}, {"DefinitionString": "[]"}])
def test_one_that_is_elsewhere_or_broken_has_no_states(properties: Document) -> None:
    """It may lie in a bucket; CloudFormation refuses the rest."""
    assert list(states(definition(_read(properties)))) == []


def test_an_execution_enters_all_branches_and_no_failure() -> None:
    """Begin, choice, three branches of 1, 1 and 5 states, their parallel state, save: 11."""
    names = {name for name, state in states(machine()) if state in path(machine())}

    assert len(path(machine())) == 11
    assert names == {
        "Begin", "Wanted", "Analyse", "Audio", "Video", "Start", "Wait", "Get", "There", "Judge",
        "Save",
    }  # fmt: skip


def test_a_wait_that_was_too_short_is_entered_again_with_all_that_follows() -> None:
    """Wait, look, choose: three states for each round."""
    whole = machine()
    talk = whole["States"]["Analyse"]["Branches"][2]["States"]

    assert round_of(whole, talk["Wait"]) == [talk["Wait"], talk["Get"], talk["There"]]


def test_what_is_waited_for_once_has_no_round() -> None:
    """Nothing leads back to it."""
    once: Document = {"Type": "Wait", "Seconds": 5, "End": True}

    assert round_of({"StartAt": "Once", "States": {"Once": once}}, once) == []
