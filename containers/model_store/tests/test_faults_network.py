"""The network and S3 fail in every way: the bytes are right, or the old version stays."""

import math
from http import HTTPStatus

import pytest

from containers.model_store.tests.pods import IMPATIENT
from containers.model_store.tests.s3.faults import (
    INTERNAL_ERROR,
    SLOW_DOWN,
    Cut,
    Fault,
    Flip,
    Late,
    Shorten,
    Stall,
)
from containers.model_store.tests.upgrades import Upgrade
from model_store.failure import ExitCode

_MODEL = "network.onnx"
_LARGEST = "multi-diffusion/network.onnx"


@pytest.mark.parametrize(
    ("fault", "times"),
    [
        (Cut(40_000), 4),
        (Cut(0), 4),
        (Cut(40_000, reset=True), 4),
        (Flip(40_000), 1),
        (Shorten(1), 1),
        (Stall(40_000, seconds=60), 2),
        (Late(0.5), 3),
        (SLOW_DOWN, 5),
        (INTERNAL_ERROR, 3),
    ],
    ids=str,
)
def test_a_fault_that_goes_away_costs_nothing_but_time(
    upgrade: Upgrade, fault: Fault, times: int
) -> None:
    """Cut, flipped, short, silent or throttled answers are asked for again."""
    upgrade.server.faults.plan(fault, key=_MODEL, skip=3, times=times)
    upgrade.succeeds(upgrade.pull(program=IMPATIENT))
    answers = [seen for seen in upgrade.server.seen if seen.key.endswith(_MODEL)]
    parts = {seen.range for seen in answers}
    assert len(answers) >= len(parts) + (0 if isinstance(fault, Late) else times)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Cut(40_000), ExitCode.UNAVAILABLE),
        (Cut(0, reset=True), ExitCode.UNAVAILABLE),
        (Stall(40_000, seconds=60), ExitCode.UNAVAILABLE),
        (SLOW_DOWN, ExitCode.UNAVAILABLE),
        (INTERNAL_ERROR, ExitCode.UNAVAILABLE),
        (Flip(40_000), ExitCode.DAMAGED),
        (Shorten(1), ExitCode.DAMAGED),
    ],
    ids=str,
)
def test_a_fault_that_stays_leaves_the_old_version(
    upgrade: Upgrade, fault: Fault, code: ExitCode
) -> None:
    """The sentence names the file; the next start brings what is missing."""
    upgrade.server.faults.plan(fault, key=_LARGEST, skip=20, times=math.inf)
    upgrade.refused(upgrade.pull(program=IMPATIENT), code, _LARGEST)
    upgrade.recovers()


def test_a_body_may_be_cut_four_times(upgrade: Upgrade) -> None:
    """The last part of the largest file, which is no shorter for that."""
    files = {file.path: file for file in upgrade.second.files}
    size = files[_LARGEST].size
    last = size - size % upgrade.second.part_bytes
    of_range = f"bytes={last}-{size - 1}"
    upgrade.server.faults.plan(Cut(1), key=_LARGEST, of_range=of_range, times=4)
    upgrade.succeeds(upgrade.pull(program=IMPATIENT))
    answers = [seen for seen in upgrade.server.seen if seen.range == of_range]
    assert [seen.sent for seen in answers] == [1, 1, 1, 1, size - last]


def test_without_a_server_the_old_version_stays(upgrade: Upgrade) -> None:
    """Nobody listens at the endpoint."""
    nobody = "http://127.0.0.1:9"
    run = upgrade.pull(program=IMPATIENT, AWS_ENDPOINT_URL_S3=nobody)
    upgrade.refused(run, ExitCode.UNAVAILABLE, nobody)
    upgrade.recovers()


def test_a_throttled_manifest_is_asked_for_again(upgrade: Upgrade) -> None:
    """The first request meets the same S3 as all others."""
    upgrade.server.faults.plan(SLOW_DOWN, key=".json", times=2)
    upgrade.succeeds(upgrade.pull())
    refused = [
        seen for seen in upgrade.server.seen if seen.status == HTTPStatus.SERVICE_UNAVAILABLE
    ]
    assert len(refused) == 2
