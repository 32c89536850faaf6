"""Brings up production for each module of drills: none meets what another has left."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rehearsal.drill import deployed_drill
from tests.rehearsal.dubbing.drill import SERVICES, SHORTENED, DubbingDrill
from tests.rehearsal.waiting import until


@pytest.fixture(scope="module")
def deployed(
    tools: Path, tmp_path_factory: pytest.TempPathFactory, *, afresh: bool
) -> Iterator[DubbingDrill]:
    directory = tmp_path_factory.mktemp("dubbing")
    with deployed_drill(DubbingDrill, tools, directory, *SHORTENED, afresh=afresh) as drill:
        drill.read_machines_every_second()
        yield drill


@pytest.fixture
def drill(deployed: DubbingDrill) -> DubbingDrill:
    """Hand over production at rest: no job, no load, every service as it was deployed."""
    for service in SERVICES:
        deployed.play(service)
        deployed.load_gpus(service, 0)
    for queue in deployed.queue_names():
        deployed.queues.finish(queue)
    until(deployed.serves, "every service serves before the drill")
    until(deployed.is_at_rest, "every service has its fewest pods before the drill")
    return deployed
