"""Deploys production once for all drills here."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rehearsal.toolchain import Toolchain, prepare_keda
from tests.rehearsal.checkout import Checkout
from tests.rehearsal.guardian.analyses import make_video
from tests.rehearsal.guardian.drill import SHORTENED, STACK, Drill
from tests.rehearsal.waiting import until

_SECONDS_OF_VIDEO = 4


@pytest.fixture(scope="package")
def deployed(tools: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drill]:
    """Rehearse `cdk deploy GuardianProd` in a copy of the tree, and stop it at the end."""
    # Here, because no command of a drill may take as long.
    prepare_keda(Toolchain(bin=tools / "bin"), print)
    checkout = Checkout.copied_to(tmp_path_factory.mktemp("guardian") / "tree", tools)
    checkout.edit(*SHORTENED)
    try:
        checkout.up(STACK).must_succeed()
        client = checkout.client()
        yield Drill(checkout=checkout, kubernetes=client)
        client.close()
    finally:
        checkout.down().must_succeed()
    left = checkout.processes()
    assert not left, f"down has left {left}"


@pytest.fixture
def drill(deployed: Drill) -> Drill:
    """Hand over production once nothing is at work, whatever the last drill has done."""
    until(deployed.has_no_pods, "no analyser runs before the drill", seconds=120)
    until(lambda: not deployed.spot_nodes(), "no spot node is left before the drill", seconds=60)
    return deployed


@pytest.fixture(scope="package")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the video that the drills upload."""
    return make_video(tmp_path_factory.mktemp("videos") / "pattern.mp4", _SECONDS_OF_VIDEO)
