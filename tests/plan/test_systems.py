"""What holds for every system in every environment."""

from fractions import Fraction

from plan.capacity import place
from plan.cost import cost_of
from tests.plan.conftest import Deployed
from tests.plan.cost.by_hand import month
from tests.plan.cost.examples import TODAY
from tests.plan.time.examples import first

_MINUTE = 60


def test_the_total_is_that_of_an_independent_calculation(deployed: Deployed) -> None:
    """Raw templates and the table of prices give the same month, but for the cents of rounding."""
    found = cost_of(deployed.assembly, TODAY)
    stacks = deployed.assembly.stacks
    by_hand = month(deployed.directory, [stack.name for stack in stacks], stacks[0].region)
    half_a_cent_each = Fraction(len(found.lines), 200)
    assert abs(Fraction(found.month.usual) - by_hand) <= half_a_cent_each


def test_nothing_is_without_a_price(deployed: Deployed) -> None:
    """All resources are priced, priced by use, or known to be free."""
    found = cost_of(deployed.assembly, TODAY)
    assert not found.unknown
    assert not found.unpriced
    assert not [one for one in found.work if one.usd is None]


def test_services_and_what_is_idle_make_up_the_whole(deployed: Deployed) -> None:
    """The allocation loses no cent, and no group is asked for more than it has."""
    found = cost_of(deployed.assembly, TODAY, place(deployed.assembly))
    assert sum(found.services().values()) == found.month.usual
    assert all(group.idle_usd >= 0 for group in found.groups)


def test_a_first_deploy_takes_less_than_an_hour_and_a_half(deployed: Deployed) -> None:
    """A cluster alone takes a quarter of an hour."""
    seconds = first(deployed.assembly).seconds
    assert 15 * _MINUTE < seconds.low < seconds.high < 90 * _MINUTE
