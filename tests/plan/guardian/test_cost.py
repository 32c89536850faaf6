"""What Silver Guardian costs."""

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from plan.capacity.survey import place
from plan.cost import Cost, cost_of
from plan.model.assembly import read_assembly
from tests.plan.cost.by_hand import month
from tests.plan.cost.examples import TODAY

_PARTS = ("Network", "Data", "Cluster", "")
_BOTH = pytest.mark.parametrize("stack", ["GuardianProd", "GuardianDev"])


def _cost(directory: Path, stack: str = "GuardianProd") -> Cost:
    assembly = read_assembly(directory).only(stack)
    return cost_of(assembly, TODAY, place(assembly))


@_BOTH
def test_what_is_paid_without_traffic_is_that_of_an_independent_calculation(
    guardian: Path, stack: str
) -> None:
    """Raw templates and the table of prices give the same month, but for the cents of rounding."""
    found = _cost(guardian, stack)
    by_hand = month(guardian, [f"{stack}{part}" for part in _PARTS])
    assert abs(Fraction(found.month.usual) - by_hand) <= Fraction(len(found.lines), 200)


@_BOTH
def test_nothing_that_stands_there_is_without_a_price(guardian: Path, stack: str) -> None:
    """All resources are priced, priced by use, or known to be free."""
    found = _cost(guardian, stack)
    assert not found.unknown
    assert not found.unpriced
    assert not [one for one in found.work if one.usd is None]


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


@_BOTH
def test_services_and_room_left_make_up_the_whole(guardian: Path, stack: str) -> None:
    """Sharing out loses no cent, also of a group without nodes."""
    found = _cost(guardian, stack)
    assert sum(found.services().values()) == found.month.usual
    assert all(group.idle_usd >= 0 for group in found.groups)
