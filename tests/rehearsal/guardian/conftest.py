"""Brings up production for each module of drills: none meets what another has left."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rehearsal.drill import deployed_drill
from tests.rehearsal.guardian.drill import SHORTENED, GuardianDrill
from tests.rehearsal.videos import make_video
from tests.rehearsal.waiting import until

_SECONDS_OF_VIDEO = 4
_PATTERN = "testsrc2=size=320x240:rate=30"


@pytest.fixture(scope="module")
def deployed(
    tools: Path, tmp_path_factory: pytest.TempPathFactory, *, afresh: bool
) -> Iterator[GuardianDrill]:
    directory = tmp_path_factory.mktemp("guardian")
    with deployed_drill(GuardianDrill, tools, directory, *SHORTENED, afresh=afresh) as drill:
        yield drill


@pytest.fixture
def drill(deployed: GuardianDrill) -> GuardianDrill:
    """Hand over production once nothing is at work, whatever the last drill has done."""
    until(deployed.has_no_pods, "no analyser runs before the drill")
    until(lambda: not deployed.spot_nodes(), "no spot node is left before the drill")
    return deployed


@pytest.fixture(scope="package")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("videos") / "pattern.mp4"
    return make_video(file, picture=_PATTERN, seconds=_SECONDS_OF_VIDEO)
