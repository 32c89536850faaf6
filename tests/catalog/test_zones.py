"""Which zones a region has."""

import re

import pytest

from catalog import UnknownFactError, check_zone
from catalog.reader import read


@pytest.mark.parametrize(("region", "letters"), read("zones.json")["zones"].items())
def test_a_listed_zone_is_known(region: str, letters: str) -> None:
    """Letters stand in their order, each once."""
    assert re.fullmatch(r"[a-z]{2}(-[a-z]+)+-\d", region)
    assert list(letters) == sorted(set(letters))
    for letter in letters:
        check_zone(region, f"{region}{letter}")


def test_a_zone_that_a_region_lacks_is_refused_with_those_that_it_has() -> None:
    with pytest.raises(UnknownFactError) as refusal:
        check_zone("eu-west-1", "eu-west-1d")
    assert str(refusal.value) == "eu-west-1 has eu-west-1a, eu-west-1b, eu-west-1c"


def test_of_a_region_that_is_not_listed_nothing_is_said() -> None:
    check_zone("ap-northeast-1", "ap-northeast-1d")
