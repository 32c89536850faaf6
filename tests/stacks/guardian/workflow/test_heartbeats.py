"""A task lives as long as its analyser gives signs of life."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from uuid import uuid4

import pytest

from settings.workflow import WORKFLOW
from tests.functions.guardian.rows import Rows

from .deployment import Deployment
from .runs import put, result
from .videos import Analysis, plain
from .workers import Workers

_SECONDS = 5
"""Shorter than a slow analyser takes, longer than an idle one leaves a message waiting."""


@pytest.fixture(autouse=True)
def _impatient(deployment: Deployment, workers: Workers) -> Iterator[None]:  # noqa: ARG001 - at work
    """Let a task be silent for seconds only, instead of half an hour."""
    states, machine = deployment.cloud.client("stepfunctions"), deployment.state_machine
    definition = states.describe_state_machine(stateMachineArn=machine)["definition"]
    wanted = f'"HeartbeatSeconds": {WORKFLOW.heartbeat},'
    assert definition.count(wanted) == 2
    shortened = definition.replace(wanted, f'"HeartbeatSeconds": {_SECONDS},')
    states.update_state_machine(stateMachineArn=machine, definition=shortened)
    yield
    states.update_state_machine(stateMachineArn=machine, definition=definition)


def test_task_of_a_silent_analyser_is_given_to_another(
    deployment: Deployment, rows: Rows, workers: Workers
) -> None:
    """Its message is gone, so nothing else would end the wait."""
    before = workers.counts["silent"]
    video = replace(plain(uuid4()), audio=Analysis(score=Fraction("0.2"), mishaps=("silent",)))
    put(deployment, video)

    assert video.faults(result(rows, video)) == []
    assert workers.counts["silent"] == before + 1


def test_task_of_two_silent_analysers_is_given_up(deployment: Deployment, rows: Rows) -> None:
    """The other parts count, and the row says what happened."""
    silent = Analysis(
        score=Fraction(0), error="States.HeartbeatTimeout", mishaps=("silent", "silent")
    )
    video = replace(plain(uuid4()), video=silent)
    put(deployment, video)

    assert video.faults(result(rows, video)) == []


def test_slow_analyser_with_signs_of_life_keeps_its_task(
    deployment: Deployment, rows: Rows, workers: Workers
) -> None:
    """It takes longer than the silence that is allowed, and nobody else gets a message."""
    before = workers.counts["slow"], workers.counts["good"]
    video = replace(plain(uuid4()), audio=Analysis(score=Fraction("0.2"), mishaps=("slow",)))
    put(deployment, video)

    assert video.faults(result(rows, video)) == []
    # The video analyser's is the good one.
    assert (workers.counts["slow"], workers.counts["good"]) == (before[0] + 1, before[1] + 1)
