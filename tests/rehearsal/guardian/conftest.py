"""Brings up production for each module of drills: none meets what another has left."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rehearsal.drill import deployed_copy
from tests.rehearsal.guardian.analyses import make_video
from tests.rehearsal.guardian.drill import SHORTENED, STACK, GuardianDrill
from tests.rehearsal.waiting import until

_SECONDS_OF_VIDEO = 4


@pytest.fixture(scope="module")
def deployed(
    tools: Path, tmp_path_factory: pytest.TempPathFactory, *, afresh: bool
) -> Iterator[GuardianDrill]:
    directory = tmp_path_factory.mktemp("guardian")
    with deployed_copy(STACK, tools, directory, *SHORTENED, afresh=afresh) as checkout:
        client = checkout.client()
        yield GuardianDrill(checkout=checkout, kubernetes=client)
        client.close()


@pytest.fixture
def drill(deployed: GuardianDrill) -> GuardianDrill:
    """Hand over production once nothing is at work, whatever the last drill has done."""
    until(deployed.has_no_pods, "no analyser runs before the drill")
    until(lambda: not deployed.spot_nodes(), "no spot node is left before the drill")
    return deployed


@pytest.fixture(scope="package")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_video(tmp_path_factory.mktemp("videos") / "pattern.mp4", _SECONDS_OF_VIDEO)
