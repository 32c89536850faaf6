"""Work that comes and goes: pods and machines follow it, also when a spot machine is taken away."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from rehearsal.cloud.spot import take_spot_machine
from tests.rehearsal.conftest import Figure
from tests.rehearsal.guardian.analyses import REGION
from tests.rehearsal.guardian.drill import AUDIO, MOST, VIDEO, GuardianDrill
from tests.rehearsal.guardian.programs import Programs
from tests.rehearsal.waiting import until

pytestmark = [pytest.mark.rehearsal, pytest.mark.long]

_MANY = 25
"""Five pods at five messages each; the autoscaler stays at four until it is a tenth above."""


def test_many_uploads_bring_pods_and_machines_and_take_them_away_again(
    drill: GuardianDrill, video: Path, tmp_path: Path, figure: Figure
) -> None:
    """Five pods of each analyser come, answer every upload, and go with their machines."""
    began = time.monotonic()
    videos = drill.upload(video, _MANY)
    until(lambda: drill.pods() == {AUDIO: MOST, VIDEO: MOST}, "five pods of each")
    up = time.monotonic() - began
    machines = len(drill.spot_nodes())
    assert drill.nodes_of_analyzers() == drill.spot_nodes()
    assert drill.strangers_on_spot() == []

    with Programs(drill.checkout, drill.kubernetes, tmp_path) as programs:
        results, analysed = drill.await_results(videos)
        down = until(drill.has_no_pods, "no pods are left")
        away = until(lambda: not drill.spot_nodes(), "no machines are left")

    assert_analysed(results)
    assert drill.messages() == 0
    assert set(programs.started) == {AUDIO, VIDEO}
    assert programs.failures == []
    figure(
        f"{_MANY} uploads one after the other, to five pods of each analyser: {up:.0f} s, "
        f"{machines} machines"
    )
    figure(f"{_MANY} uploads, programs started to every result there: {analysed:.0f} s")
    figure(f"last result to no pods: {down:.0f} s, and to no machines: {away:.0f} s more")


def assert_analysed(results: Mapping[str, Mapping[str, Any]]) -> None:
    """Expect of each video the same right result: it is one video that was uploaded many times.

    Its sound is a tone, so there is no voice to judge.
    """
    pictures = {found["video"]["manipulation_probability"] for found in results.values()}
    assert {found["status"] for found in results.values()} == {"completed"}
    assert {found["audio"]["status"] for found in results.values()} == {"not_judged"}
    assert {found["video"]["status"] for found in results.values()} == {"success"}
    assert len(pictures) == 1


_UPLOADS = 12
_NOTICE_SECONDS = 30.0


def test_no_upload_is_lost_with_a_machine(
    drill: GuardianDrill, video: Path, tmp_path: Path, figure: Figure
) -> None:
    """Every upload gets its one result although a machine goes in the middle of the work."""
    videos = drill.upload(video, _UPLOADS)
    until(lambda: bool(drill.nodes_of_analyzers()), "an analyser runs")
    with Programs(drill.checkout, drill.kubernetes, tmp_path) as programs:
        until(lambda: bool(programs.started), "a program works")
        taken = min(drill.nodes_of_analyzers())

        machine = drill.machine(taken)
        take_spot_machine(drill.checkout.cloud, REGION, machine, _NOTICE_SECONDS)

        until(lambda: taken not in drill.spot_nodes(), "the machine that was taken is gone")
        assert "SpotInterrupted" in drill.events_of(taken), "the notice reached Karpenter"
        results, seconds = drill.await_results(videos)
        until(drill.has_no_pods, "no pods are left")

    assert_analysed(results)
    assert drill.messages() == 0
    assert _executions(drill) == {"SUCCEEDED"}
    figure(
        f"spot machine taken from under {_UPLOADS} uploads: all {len(results)} results right "
        f"after {seconds:.0f} s, none lost"
    )


def _executions(drill: GuardianDrill) -> set[str]:
    states = drill.checkout.cloud.client("stepfunctions", REGION)
    (machine,) = (
        one["stateMachineArn"]
        for one in states.list_state_machines()["stateMachines"]
        if "Workflow" in one["name"]
    )
    listed = states.get_paginator("list_executions").paginate(stateMachineArn=machine)
    return {one["status"] for page in listed for one in page["executions"]}
