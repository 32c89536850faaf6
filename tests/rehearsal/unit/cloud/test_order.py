"""The order in which resources are made."""

from itertools import permutations

import pytest

from rehearsal.cloud.patches.cloudformation import draw

SUBNET_NEEDS_VPC = {"vpc": set[str](), "subnet": {"vpc"}, "bucket": set[str](), "key": set[str]()}


def test_dependencies_come_first_under_every_seed() -> None:
    """A subnet never comes before its VPC."""
    orders = [draw(str(seed), SUBNET_NEEDS_VPC) for seed in range(50)]

    assert all(order.index("vpc") < order.index("subnet") for order in orders)
    assert all(sorted(order) == sorted(SUBNET_NEEDS_VPC) for order in orders)


def test_a_seed_gives_its_order_back() -> None:
    """What failed under a seed fails again under it."""
    assert draw("17", SUBNET_NEEDS_VPC) == draw("17", dict(reversed(SUBNET_NEEDS_VPC.items())))


def test_every_valid_order_is_drawn_sooner_or_later() -> None:
    """No order is out of reach, as the alphabet puts most."""
    valid = {
        order
        for order in permutations(SUBNET_NEEDS_VPC)
        if order.index("vpc") < order.index("subnet")
    }

    assert {tuple(draw(str(seed), SUBNET_NEEDS_VPC)) for seed in range(300)} == valid


def test_a_circle_is_refused() -> None:
    """Two resources that wait for each other are an error, not an endless wait."""
    with pytest.raises(ValueError, match="cycle"):
        draw("1", {"a": {"b"}, "b": {"a"}})
