"""Development comes up and goes away whole, whatever the order in which CloudFormation works."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.rehearsal.avadot.rounds import Lane, Round
from tests.rehearsal.checkout import Checkout
from tests.rehearsal.conftest import Figure

pytestmark = [pytest.mark.rehearsal, pytest.mark.xdist_group("orders")]

_SEEDS = range(20)
_LANES = 2
"""Rehearsals side by side: a round waits as much as it works."""


@pytest.fixture(scope="module")
def checkouts(tools: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Checkout]]:
    """Copy the tree for each lane, and stop its rehearsal at the end."""
    made = [
        Checkout.copied_to(tmp_path_factory.mktemp("orders") / "tree", tools) for _ in range(_LANES)
    ]
    yield made
    for checkout in made:
        checkout.down().must_succeed()


@pytest.fixture(scope="module")
def rounds(request: pytest.FixtureRequest, checkouts: list[Checkout]) -> Mapping[int, Round]:
    """Go through the seeds of all tests that were asked for."""
    seeds = [
        int(str(item.callspec.params["seed"]))
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.module is request.module
    ]
    lanes = [Lane(checkout) for checkout in checkouts]

    def run(number: int) -> dict[int, Round]:
        return {seed: lanes[number].round(seed) for seed in seeds[number::_LANES]}

    with ThreadPoolExecutor(_LANES) as pool:
        done: Sequence[dict[int, Round]] = list(pool.map(run, range(_LANES)))
    return {seed: result for lane in done for seed, result in lane.items()}


@pytest.mark.parametrize("seed", _SEEDS)
def test_deploys_and_leaves_nothing(rounds: Mapping[int, Round], figure: Figure, seed: int) -> None:
    """All four stacks come up in the seed's order, and nothing stays of them in its reverse."""
    result = rounds[seed]

    figure(f"order of seed {seed}, deployed and destroyed: {result.seconds:.0f} s")
    assert not result.fault
