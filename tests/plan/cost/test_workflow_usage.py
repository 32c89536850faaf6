"""What a thousand uploads cost."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from plan.cost import Cost, as_lines
from plan.model.failure import PlanError
from tests.plan.assemblies import Document, resource
from tests.plan.cost.examples import cost
from tests.plan.workflows import PROFILE, workflow


def _without(*names: str) -> dict[str, Document]:
    return {name: one for name, one in workflow().items() if name not in names}


def _of(found: Cost) -> dict[str, tuple[Decimal, Decimal | None]]:
    return {one.what: (one.units.normalize(), one.usd) for one in found.work}


def test_a_thousand_uploads_by_hand(tmp_path: Path) -> None:
    """Every figure follows from the template, the prices and what is assumed of one upload.

    11 states and two more rounds of 3; three calls and 21 of the API, half a second of 256 MiB
    each; four requests for each of two messages; a minute of talk.
    """
    assert _of(cost(tmp_path, workflow())) == {
        "events from S3": (Decimal("0.001"), Decimal("0.00")),
        "state transitions": (Decimal(17), Decimal("0.46")),  # 17 thousand at 0.0271
        "requests to HTTP APIs": (Decimal("0.021"), Decimal("0.03")),
        "calls of functions": (Decimal("0.024"), Decimal("0.00")),
        "run time of functions": (Decimal(3000), Decimal("0.05")),  # 24 thousand of 0.125
        "requests to queues": (Decimal("0.008"), Decimal("0.00")),
        "minutes transcribed": (Decimal(1000), Decimal("24.00")),
        "tokens read by claude-haiku-4-5": (Decimal("1.2"), Decimal("1.20")),
        "tokens written by claude-haiku-4-5": (Decimal("0.15"), Decimal("0.75")),
    }


def test_the_sum_is_printed_with_its_lines(tmp_path: Path) -> None:
    """Transcription is nearly all of it."""
    lines = list(as_lines(cost(tmp_path, workflow())))

    (line,) = [line for line in lines if line.startswith("  state transitions: ")]
    assert line.endswith(" 0.0271 per 1,000 transitions = 0.46")
    assert "  together 26.49" in lines


def test_it_is_in_no_sum_of_a_month(tmp_path: Path) -> None:
    """Without uploads nothing of it is paid."""
    assert cost(tmp_path, workflow()).month.maximum == 0


def test_without_uploads_to_begin_it_a_workflow_is_not_counted(tmp_path: Path) -> None:
    """What begins it, and how often, is not in the template."""
    assert cost(tmp_path, _without("Rule")).work == ()


def test_what_a_workflow_may_not_do_costs_it_nothing(tmp_path: Path) -> None:
    """Rights, not names, say who transcribes and asks a model."""
    found = _of(cost(tmp_path, _without("Policy")))

    assert not [what for what in found if what.startswith(("minutes", "tokens"))]


def test_what_another_role_may_do_costs_a_workflow_nothing(tmp_path: Path) -> None:
    """A policy of somebody else in the assembly is not the workflow's."""
    resources = workflow()
    resources["Policy"]["Properties"]["Roles"] = [{"Ref": "Other"}]
    resources["Other"] = resource("AWS::IAM::Role", "Guard/Other/Resource")

    found = cost(tmp_path, resources)

    assert not [what for what in _of(found) if what.startswith(("minutes", "tokens"))]
    assert "minutes transcribed" in {one.what for one in found.usage}, "somebody may"


def test_what_a_function_of_the_workflow_may_do_counts(tmp_path: Path) -> None:
    """It asks with its own role."""
    resources = workflow()
    resources["Policy"]["Properties"]["Roles"] = [{"Ref": "Other"}]
    resources["Other"] = resource("AWS::IAM::Role", "Guard/Other/Resource")
    resources["Context"]["Properties"]["Role"] = {"Fn::GetAtt": ["Other", "Arn"]}

    assert "minutes transcribed" in _of(cost(tmp_path, resources))


def test_a_model_of_unknown_price_is_said(tmp_path: Path) -> None:
    """It is in no sum, and not taken for another one."""
    resources = workflow()
    statements = resources["Policy"]["Properties"]["PolicyDocument"]["Statement"]
    statements[1]["Resource"] = {"Fn::Sub": PROFILE.replace("haiku-4-5", "opus-9")}

    found = cost(tmp_path, resources)

    (read, _) = [one for one in found.work if one.what.startswith("tokens")]
    assert read.usd is None
    assert read.price == (
        "the price of bedrock.global.claude-opus-9.in in ap-northeast-2 is not in the catalog"
    )


def test_a_profile_of_another_region_has_the_price_there(tmp_path: Path) -> None:
    """As one in us-east-1, of which nothing is known here."""
    resources = workflow()
    statements = resources["Policy"]["Properties"]["PolicyDocument"]["Statement"]
    elsewhere = PROFILE.replace("ap-northeast-2", "us-east-1")
    statements[1]["Resource"] = [{"Fn::Sub": elsewhere}]

    prices = [one.price for one in cost(tmp_path, resources).work if "tokens" in one.what]

    assert all("in us-east-1 is not in the catalog" in str(price) for price in prices)


def test_what_is_used_has_its_price_beside_all_other_use(tmp_path: Path) -> None:
    """Queues, events, the API, transcription and the model are among what is paid by use."""
    used = {one.what: one.sources for one in cost(tmp_path, workflow()).usage}

    assert used["requests to queues"] == 2
    assert {
        "events from S3",
        "requests to HTTP APIs",
        "minutes transcribed",
        "tokens read by claude-haiku-4-5",
        "tokens written by claude-haiku-4-5",
    } <= used.keys()


@pytest.mark.parametrize(
    "damage",
    [
        {"StartAt": "A", "States": {"A": []}},
        {"StartAt": "A", "States": {"A": {"Branches": 3}}},
        {"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": "soon"}}},
    ],
)
def test_a_damaged_definition_is_said_in_a_sentence(tmp_path: Path, damage: Document) -> None:
    """The state machine is named."""
    resources = workflow()
    resources["Machine"]["Properties"]["DefinitionString"] = json.dumps(damage)

    with pytest.raises(PlanError, match=r"^Workflow/Resource in stack Shop"):
        cost(tmp_path, resources)
