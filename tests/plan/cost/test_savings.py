"""What spot and scaling to zero save, and what the original says they do."""

from decimal import Decimal
from pathlib import Path

from catalog.prices import price
from plan.cost import Cost, as_lines
from tests.plan.assemblies import Document
from tests.plan.cost.examples import cost, group, line, usd

_SEOUL = "ap-northeast-2"
_TYPES = ["c5.xlarge", "c5.2xlarge", "c5a.xlarge"]
_HOURS = 720
"""Of the original's month."""


def _spot(**others: object) -> dict[str, Document]:
    return {"Spot": group("ml_spot", "", (0, 0, 5), CapacityType="SPOT", **others)}


def _cost(directory: Path) -> Cost:
    return cost(directory, _spot(InstanceTypes=_TYPES))


def test_a_group_that_begins_at_none_costs_nothing_until_pods_come(tmp_path: Path) -> None:
    """At most five of the dearest type, at the dearest price: five times 730 h at 0.171."""
    assert line(_cost(tmp_path), "c5.xlarge or").usd == usd("0", "0", "624.15")


def test_one_node_all_month_by_each_way_of_paying(tmp_path: Path) -> None:
    """730 h at 0.192; at 0.0656 to 0.0855; and 120 h of these."""
    (saving, *_) = _cost(tmp_path).savings

    assert saving.machine == "c5.xlarge"
    assert saving.usd(saving.on_demand, 730) == usd("140.16")
    assert saving.usd(saving.spot, 730) == usd("47.89", "55.15", "62.42")
    assert saving.usd(saving.spot, 120) == usd("7.87", "9.07", "10.26")


def test_the_text_says_by_how_much(tmp_path: Path) -> None:
    """And that it is not all there is to pay."""
    lines = list(as_lines(_cost(tmp_path)))

    (first,) = [text for text in lines if text.startswith("  ml_spot, c5.xlarge: ")]
    assert "on spot 47.89 to 62.42, 55 to 66 % less" in first
    assert "for 120 h of spot 7.87 to 10.26, 93 to 94 % less" in first
    assert "  without pods of these groups there is still 0.00 a month to pay" in lines


def test_a_group_with_a_node_of_its_own_saves_nothing_by_zero(tmp_path: Path) -> None:
    """Nor does one on demand."""
    standing = group("a", "c5.xlarge", (1, 1, 5), CapacityType="SPOT")
    on_demand = group("b", "c5.xlarge", (0, 0, 5))

    assert cost(tmp_path, {"A": standing, "B": on_demand}).savings == ()


def test_a_type_of_unknown_price_has_no_figure(tmp_path: Path) -> None:
    """The others have theirs."""
    found = cost(tmp_path, _spot(InstanceTypes=["c9.xlarge", "c5a.xlarge"]))

    assert [one.machine for one in found.savings] == ["c5a.xlarge"]


def test_the_originals_price_is_that_of_another_region() -> None:
    """Its 122.40 for 720 h are us-east-1's 0.17; Seoul asks 138.24."""
    assert _HOURS * price("us-east-1", "ec2.c5.xlarge").usual == Decimal("122.40")
    assert _HOURS * price(_SEOUL, "ec2.c5.xlarge").usual == Decimal("138.24")


def test_the_originals_seventy_per_cent_are_less_in_seoul() -> None:
    """Its 36 USD for spot are 47.23 to 61.56: 55 to 66 per cent less than on demand."""
    spot = price(_SEOUL, "ec2-spot.c5.xlarge")
    whole = price(_SEOUL, "ec2.c5.xlarge").usual

    assert (_HOURS * spot.low, _HOURS * spot.high) == (Decimal("47.232"), Decimal("61.560"))
    assert [round(100 * (1 - one / whole)) for one in (spot.high, spot.low)] == [55, 66]


def test_the_originals_ninety_five_per_cent_hold_for_the_node_alone() -> None:
    """Four hours a day of spot cost 93 to 94 per cent less than 720 h on demand, for one node."""
    spot = price(_SEOUL, "ec2-spot.c5.xlarge")
    whole = _HOURS * price(_SEOUL, "ec2.c5.xlarge").usual

    assert [round(100 * (1 - 120 * one / whole)) for one in (spot.high, spot.low)] == [93, 94]
