"""What Silver Guardian costs."""

from decimal import Decimal
from pathlib import Path

from plan.capacity.survey import place
from plan.cost import Cost, cost_of
from plan.model.assembly import read_assembly
from tests.plan.cost.examples import TODAY


def _cost(directory: Path, stack: str = "GuardianProd") -> Cost:
    assembly = read_assembly(directory).only(stack)
    return cost_of(assembly, TODAY, place(assembly))


def test_zero_cost_without_traffic_is_true_of_the_analysers_only(guardian: Path) -> None:
    """Of their nodes nothing is left; control plane, NAT, database, cache and others remain."""
    found = _cost(guardian)
    idle = found.by(lambda line: line.owner)
    assert idle["ml-spot"].usual == 0
    assert found.month.usual > 200
    assert {owner for owner, usd in sorted(idle.items()) if usd.usual > 5} == {
        "general",
        "Cluster",
        "Database",
        "Cache",
        "Vpc",
    }


def test_the_most_that_the_analysers_can_cost_is_five_of_the_dearest_type(guardian: Path) -> None:
    """A bound for a budget: five c5.2xlarge at the dearest zone, with their volumes."""
    usd = _cost(guardian).by(lambda line: line.owner)["ml-spot"]
    assert usd.maximum == Decimal("624.15") + Decimal("18.24")


def test_transcription_is_most_of_what_an_upload_costs(guardian: Path) -> None:
    """Nine tenths of it, at a minute of talk each."""
    usd = {one.what: one.usd for one in _cost(guardian).work if one.usd}
    assert usd["minutes transcribed"] / sum(usd.values()) > Decimal("0.85")
