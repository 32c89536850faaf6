"""Argo's own controller runs a pipeline; the steps are programs of this machine, or played."""

import time
from collections.abc import Iterator

import pytest

from rehearsal.toolchain import Toolchain, prepare_charts
from tests.rehearsal.checkout import TOOLS
from tests.rehearsal.conftest import Figure
from tests.rehearsal.pipelines import Stage
from tests.rehearsal.played import played_cluster
from tests.rehearsal.waiting import until

pytestmark = pytest.mark.rehearsal


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Share one cluster: each test has a Workflow of its own."""
    prepare_charts(Toolchain(bin=TOOLS / "bin"), ["argo-workflows"], print)
    directory = tmp_path_factory.mktemp("workflows")
    with played_cluster(directory / "cluster") as cluster:
        yield Stage.prepare(cluster, directory)


def test_a_pipeline_listens_composes_and_says_how_it_ended(stage: Stage, figure: Figure) -> None:
    """Each step is a process with what its pod gives it, and reports by its own account."""
    began = time.monotonic()
    run = stage.submit("whole")
    until(run.has_ended, "the pipeline ends", 120)
    figure(f"pipeline of six steps, from creation to its end: {time.monotonic() - began:.0f} s")

    composers = [f"compose({n}:{n + 1})" for n in range(4)]
    assert run.phases() == dict.fromkeys(["listen", *composers, "whole.onExit"], "Succeeded")
    notes = [f"whole-{what}.done" for what in ("listen", *(f"compose-{n}" for n in range(1, 5)))]
    assert stage.has_noted(*notes, "whole-Succeeded.done")
