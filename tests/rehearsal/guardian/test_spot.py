"""A spot machine that AWS takes away while analysers work on it."""

from pathlib import Path

import pytest

from rehearsal.cluster.failures import take_spot_node
from tests.rehearsal.conftest import Figure
from tests.rehearsal.guardian.analyses import REGION
from tests.rehearsal.guardian.drill import Drill
from tests.rehearsal.guardian.programs import Programs
from tests.rehearsal.guardian.test_scaling import assert_analysed
from tests.rehearsal.waiting import until

pytestmark = [pytest.mark.rehearsal, pytest.mark.xdist_group("guardian")]

_UPLOADS = 12
_NOTICE_SECONDS = 10.0


def test_no_upload_is_lost_with_a_machine(
    drill: Drill, video: Path, tmp_path: Path, figure: Figure
) -> None:
    """Every upload gets its one result although a machine goes in the middle of the work."""
    videos = drill.upload(video, _UPLOADS)
    until(lambda: bool(drill.nodes_of_analyzers()), "an analyser runs", seconds=180)
    with Programs(drill.checkout, drill.kubernetes, tmp_path) as programs:
        until(lambda: bool(programs.started), "a program works", seconds=60)
        taken = min(drill.nodes_of_analyzers())

        take_spot_node(drill, taken, _NOTICE_SECONDS)

        assert taken not in drill.spot_nodes()
        results, seconds = drill.await_results(videos, seconds=400)
        until(drill.has_no_pods, "no pods are left", seconds=120)

    assert_analysed(results)
    assert drill.messages() == 0
    assert _executions(drill) == {"SUCCEEDED"}
    figure(
        f"spot machine taken from under {_UPLOADS} uploads: all {len(results)} results right "
        f"after {seconds:.0f} s, none lost"
    )


def _executions(drill: Drill) -> set[str]:
    states = drill.checkout.cloud.client("stepfunctions", REGION)
    (machine,) = (
        one["stateMachineArn"]
        for one in states.list_state_machines()["stateMachines"]
        if "Workflow" in one["name"]
    )
    listed = states.get_paginator("list_executions").paginate(stateMachineArn=machine)
    return {one["status"] for page in listed for one in page["executions"]}
