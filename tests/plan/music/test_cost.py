"""What Music costs, and what a run of it does."""

from decimal import Decimal
from pathlib import Path

import pytest

from catalog.analyses import assumed
from catalog.prices import price
from plan.capacity.survey import place
from plan.cost import Cost, cost_of
from plan.model.assembly import read_assembly
from tests.plan.cost.examples import TODAY

_REGION = "ap-northeast-2"


@pytest.fixture(scope="module")
def prod(music: Path) -> Cost:
    assembly = read_assembly(music).only("MusicProd")
    return cost_of(assembly, TODAY, place(assembly))


def test_gpus_cost_nothing_while_nothing_runs(prod: Cost) -> None:
    """Neither their machines nor these machines' disks."""
    idle = prod.by(lambda line: line.owner)
    for pool in ("listening", "composing"):
        assert idle[pool].minimum == idle[pool].usual == 0
        assert idle[pool].maximum > 0


def test_four_results_are_four_machines_for_as_long_as_one_takes(prod: Cost) -> None:
    """The line can be made again by hand: runs, pods, seconds, the price of spot."""
    (line,) = [one for one in prod.work if one.what == "compose, hours of g6e.xlarge, spot"]
    hours = 1000 * 4 * assumed("seconds of compose") / 3600
    each = price(_REGION, "ec2-spot.g6e.xlarge").usual
    assert line.units == hours.quantize(Decimal("0.001"))
    assert line.usd is not None
    assert abs(line.usd - hours * each) < Decimal("0.01")


def test_machines_are_paid_until_they_are_given_back(prod: Cost) -> None:
    """From their start until ten minutes after the run, if no other run finds them."""
    (line,) = [one for one in prod.work if one.what.startswith("listen, hours in which")]
    seconds = assumed("seconds until a machine works") + 600
    assert line.units == (1000 * seconds / 3600).quantize(Decimal("0.001"))


def test_every_price_of_a_run_is_known(prod: Cost) -> None:
    """So the sum is the whole: less than two and a half dollars for a run that is alone."""
    assert all(one.is_whole and one.usd is not None for one in prod.work)
    whole = sum((one.usd for one in prod.work if one.usd is not None), Decimal(0))
    assert Decimal(1) < whole / 1000 < Decimal("2.5")
