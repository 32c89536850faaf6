"""Brings up production for each module of drills: none meets what another has left."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rehearsal.drill import deployed_drill
from tests.rehearsal.music.drill import SHORTENED, MusicDrill
from tests.rehearsal.music.people import own_video
from tests.rehearsal.waiting import until


@pytest.fixture(scope="module")
def deployed(
    tools: Path, tmp_path_factory: pytest.TempPathFactory, *, afresh: bool
) -> Iterator[MusicDrill]:
    directory = tmp_path_factory.mktemp("music")
    with deployed_drill(MusicDrill, tools, directory, *SHORTENED, afresh=afresh) as drill:
        yield drill


@pytest.fixture
def drill(deployed: MusicDrill) -> MusicDrill:
    """Hand over production once its API answers; machines of the last drill may still be there."""
    until(deployed.serves, "the API answers")
    return deployed


@pytest.fixture(scope="session")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return own_video(tmp_path_factory.mktemp("videos") / "walk.mp4")
