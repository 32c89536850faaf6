"""What one analysis is assumed to use."""

from decimal import Decimal

import pytest

from catalog import UnknownFactError
from catalog.analyses import assumed
from catalog.reader import read

_TABLE = read("analyses.json")["assumed"]


@pytest.mark.parametrize("name", _TABLE)
def test_every_assumption_has_an_amount_and_a_reason(name: str) -> None:
    """Who doubts one finds why it is made."""
    assert assumed(name) > 0
    assert _TABLE[name]["from"]


def test_an_amount_is_the_decimal_fraction_of_the_file() -> None:
    """No binary rounding gets between the file and a sum."""
    assert assumed("seconds of a function") == Decimal("0.5")


def test_what_nobody_assumed_is_refused_with_the_known_ones() -> None:
    """A figure out of nowhere would look like one that was measured."""
    with pytest.raises(UnknownFactError) as refusal:
        assumed("luck")
    assert str(refusal.value) == ("nothing is assumed of 'luck'; assumed are " + ", ".join(_TABLE))
