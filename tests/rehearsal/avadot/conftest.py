"""Brings up production for each module of drills: none meets what another has left."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rehearsal.avadot.drill import AvadotDrill
from tests.rehearsal.drill import deployed_drill
from tests.rehearsal.edits import Edit
from tests.rehearsal.waiting import until


@pytest.fixture(scope="module")
def first_settings() -> tuple[Edit, ...]:
    """Deploy what the settings say; a module that begins with other ones replaces this."""
    return ()


@pytest.fixture(scope="module")
def deployed(
    tools: Path,
    tmp_path_factory: pytest.TempPathFactory,
    first_settings: tuple[Edit, ...],
    *,
    afresh: bool,
) -> Iterator[AvadotDrill]:
    directory = tmp_path_factory.mktemp("avadot")
    with deployed_drill(AvadotDrill, tools, directory, *first_settings, afresh=afresh) as drill:
        yield drill


@pytest.fixture
def drill(deployed: AvadotDrill) -> AvadotDrill:
    """Hand over production once everything serves, whatever the last drill has done."""
    until(deployed.avadot.serves, "everything serves before the drill")
    return deployed
