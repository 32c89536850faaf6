"""Deploys production once for all drills here."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rehearsal.avadot.drill import STACK, Drill
from tests.rehearsal.avadot.workloads import Workloads
from tests.rehearsal.checkout import Checkout
from tests.rehearsal.waiting import until


@pytest.fixture(scope="package")
def deployed(tools: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drill]:
    """Rehearse `cdk deploy AvadotProd` in a copy of the tree, and stop it at the end."""
    checkout = Checkout.copied_to(tmp_path_factory.mktemp("prod") / "tree", tools)
    try:
        checkout.up(STACK).must_succeed()
        client = checkout.client()
        yield Drill(checkout=checkout, avadot=Workloads(client=client))
        client.close()
    finally:
        checkout.down().must_succeed()


@pytest.fixture
def drill(deployed: Drill) -> Drill:
    """Hand over production once everything serves, whatever the last drill has done."""
    until(deployed.avadot.serves, "everything serves before the drill", seconds=90)
    return deployed
