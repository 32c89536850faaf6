"""What AWS charges, and how sure that is."""

from datetime import date
from decimal import Decimal

import pytest

from catalog import UnknownFactError
from catalog.prices import HOURS_PER_MONTH, is_free, price
from catalog.reader import read

_TABLE = read("prices.json")
_ALL = [(region, name) for region, prices in _TABLE["prices"].items() for name in prices]


@pytest.mark.parametrize(("region", "name"), _ALL)
def test_every_price_has_a_unit_a_date_and_a_source(region: str, name: str) -> None:
    """A price can be looked up, costs something, and says of which day and from where it is."""
    found = price(region, name)
    assert 0 < found.low <= found.high
    assert found.unit
    assert found.source
    assert found.date <= date.fromisoformat(_TABLE["as_of"])
    assert found.mark in {"S", "I"}


@pytest.mark.parametrize(("region", "name"), _ALL)
def test_only_spot_has_a_range(region: str, name: str) -> None:
    """Everything else costs the same at all times."""
    found = price(region, name)
    assert found.low == found.high or name.startswith("ec2-spot.")


def test_every_source_is_used() -> None:
    """The list of sources holds none that no price comes from."""
    used = {entry["source"] for prices in _TABLE["prices"].values() for entry in prices.values()}
    assert used == set(_TABLE["sources"])


@pytest.mark.parametrize("machine", read("instances.json")["types"])
@pytest.mark.parametrize("region", ["ap-northeast-2", "us-east-1"])
def test_every_machine_of_the_catalog_has_a_price(region: str, machine: str) -> None:
    """Whatever may be chosen for a node group costs something known on demand."""
    assert price(region, f"ec2.{machine}").unit == "hour"


def test_the_cost_floor_of_the_specification_comes_out() -> None:
    """Two t3.large, two g4dn.xlarge and a control plane cost 1,169.46 USD a month in Seoul."""
    hourly = (
        2 * price("ap-northeast-2", "ec2.t3.large").usual
        + 2 * price("ap-northeast-2", "ec2.g4dn.xlarge").usual
        + price("ap-northeast-2", "eks.standard").usual
    )
    assert hourly * HOURS_PER_MONTH == Decimal("1169.46")


def test_a_price_is_the_decimal_fraction_of_the_file() -> None:
    """No binary rounding gets between the file and a sum."""
    assert price("ap-northeast-2", "lambda.gb-second").low == Decimal("0.0000166667")


def test_usual_is_the_middle_of_a_range() -> None:
    """What a spot machine usually costs lies between the cheapest and the dearest zone."""
    found = price("ap-northeast-2", "ec2-spot.g4dn.xlarge")
    assert (found.low, found.usual, found.high) == (
        Decimal("0.2825"),
        Decimal("0.2887"),
        Decimal("0.2949"),
    )


def test_a_price_of_another_region_is_not_taken() -> None:
    """What is known for us-east-1 only is unknown in Seoul, and the sentence names both."""
    assert price("us-east-1", "elasticache.backup.gb-month")
    with pytest.raises(UnknownFactError) as refusal:
        price("ap-northeast-2", "elasticache.backup.gb-month")
    assert str(refusal.value) == (
        "the price of elasticache.backup.gb-month in ap-northeast-2 is not in the catalog"
    )


def test_without_a_region_there_is_no_price() -> None:
    """A stack that leaves its region open has no known prices, and is told so."""
    with pytest.raises(UnknownFactError, match=r"nat\.hour in a region left open is not"):
        price("", "nat.hour")


def test_a_role_is_free_and_a_database_is_not() -> None:
    """The list of free types holds what AWS never charges."""
    assert is_free("AWS::IAM::Role")
    assert not is_free("AWS::RDS::DBInstance")
