"""What traffic costs and what its absence saves, on the page."""

from plan.report.html import page
from tests.plan.assemblies import Written, assembled
from tests.plan.cost.examples import group
from tests.plan.picture.drawn import parsed
from tests.plan.report.examples import first_deploy
from tests.plan.workflows import workflow

_SPOT = group("ml-spot", "c5.xlarge", (0, 0, 5), CapacityType="SPOT")


def _words() -> str:
    whole = assembled(Written(name="Guard", resources=workflow() | {"Spot": _SPOT}))
    html = page(first_deploy(whole)).removeprefix("<!DOCTYPE html>")
    return " ".join("".join(parsed(html).itertext()).split())


def test_a_thousand_uploads_have_a_table() -> None:
    """With units, price and amount, as in the terminal."""
    words = _words()

    assert "Workflow, minutes transcribed10000.024 per minute (I, 2025-10-13)24.00" in words


def test_one_node_stands_there_in_three_ways() -> None:
    """And what is still to pay without it."""
    words = _words()

    assert "ml-spot, c5.xlarge140.1647.89 / 55.15 / 62.427.87 / 9.07 / 10.26" in words
    assert "Without any there is still 0.00 a month to pay." in words
