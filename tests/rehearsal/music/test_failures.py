"""One composer of four goes wrong, or what all of them need: what that costs, and who is told."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from rehearsal.cloud.spot import take_spot_machine
from rehearsal.cluster.played_steps import PlayedStep
from tests.rehearsal.conftest import Figure
from tests.rehearsal.music.drill import COMPOSE_SECONDS, MusicDrill
from tests.rehearsal.music.people import RESULTS, Person
from tests.rehearsal.waiting import PATIENCE_SECONDS, until

pytestmark = [pytest.mark.rehearsal, pytest.mark.long]

_OTHERS = [1, 3, 4]
_NOTICE_SECONDS = 10.0
_CONTROLLER = "workflow-controller"


class _Fault(NamedTuple):
    step: PlayedStep
    tries: int
    reason: str
    """What people are told."""


_FAULTS = {
    "ann": _Fault(
        PlayedStep(seconds=1, exit_code=2), 1, "the step ended unexpectedly with exit code 2"
    ),
    "ben": _Fault(
        PlayedStep(seconds=1, exit_code=1), 3, "the step ended unexpectedly with exit code 1"
    ),
    "cho": _Fault(PlayedStep(hangs=True), 1, "the step took longer than it may"),
    "dan": _Fault(
        PlayedStep(seconds=1), 1, "the step ended well, but what it had to deliver is not there"
    ),
}
"""What the second composer of each one's run does: it has a wrong setting, fails each time, hangs,
leaves no result."""


def test_a_composer_that_fails_leaves_the_other_results(
    drill: MusicDrill, video: Path, figure: Figure
) -> None:
    """Each run is called failed with the step's reason, and its three other results can be had.

    What would fail again is not tried again.
    """
    began = time.monotonic()
    runs = {name: _upload(drill, video, fault.step, name) for name, fault in _FAULTS.items()}

    ended = drill.await_ends(list(runs.values()), COMPOSE_SECONDS + PATIENCE_SECONDS)
    seconds = time.monotonic() - began

    for name, (person, run) in runs.items():
        fault, found = _FAULTS[name], ended[run]
        assert (found["state"], found["results"]) == ("failed", _OTHERS)
        assert found["reason"] == f"result 2 failed: {fault.reason}"
        assert len(drill.tries(run, 2)) == fault.tries
        assert len(person.must("GET", f"/runs/{run}/results")["results"]) == len(_OTHERS)
    figure(f"four runs of which one composer fails in four ways, all told after {seconds:.0f} s")


def test_a_composer_that_crashes_once_is_begun_again(
    drill: MusicDrill, video: Path, figure: Figure
) -> None:
    """Out of memory may pass: the next try makes the result, and nobody has to be told."""
    began = time.monotonic()
    ann, run = _upload(drill, video, PlayedStep(seconds=1, exit_code=137, reason="OOMKilled"))
    until(lambda: "Failed" in drill.phases(run, 2), "it fails")
    drill.play(run, 2, PlayedStep(runs=True))

    found = drill.await_end(ann, run)

    assert (found["state"], found["results"]) == ("succeeded", list(RESULTS))
    figure(f"composer out of memory once, to four results: {time.monotonic() - began:.0f} s")


def test_a_composer_that_loses_its_spot_machine_is_begun_again(
    drill: MusicDrill, video: Path, figure: Figure
) -> None:
    """On another machine, which comes for it; the run has its four results in the end."""
    began = time.monotonic()
    ann, run = _upload(drill, video, PlayedStep(hangs=True))
    until(lambda: drill.composes(run, 2), "it composes")
    node = drill.tries(run, 2)[0]["hostNodeName"]
    drill.play(run, 2, PlayedStep(runs=True))

    take_spot_machine(drill.checkout.cloud, drill.region, drill.machine(node), _NOTICE_SECONDS)
    found = drill.await_end(ann, run)

    assert (found["state"], found["results"]) == ("succeeded", list(RESULTS))
    assert drill.tries(run, 2)[-1]["hostNodeName"] != node
    figure(f"spot machine taken from under a composer: {time.monotonic() - began:.0f} s")


def test_a_run_goes_on_where_it_was_when_the_controller_comes_back(
    drill: MusicDrill, video: Path, figure: Figure
) -> None:
    """Its programs work meanwhile; people see how it stood, and nothing is done twice."""
    ann = drill.person("ann")
    run = ann.upload(video)
    until(lambda: all(drill.composes(run, number) for number in RESULTS), "all compose")
    began = time.monotonic()
    with drill.killed(_CONTROLLER):
        until(lambda: ann.look(run)["results"] == list(RESULTS), "all results are there")
        assert ann.look(run)["state"] == "running"

    found = drill.await_end(ann, run)

    assert (found["state"], found["results"]) == ("succeeded", list(RESULTS))
    assert [len(drill.tries(run, number)) for number in RESULTS] == [1, 1, 1, 1]
    figure(f"controller killed while four compose, to the end: {time.monotonic() - began:.0f} s")


def test_a_run_that_the_bucket_refuses_says_so_and_can_be_begun_again(
    drill: MusicDrill, video: Path, figure: Figure
) -> None:
    """What S3 refuses may pass, so it is tried again; then people are told, and lose no video."""
    ann = drill.person("ann")
    began = time.monotonic()
    with _refusing(drill, "compose"):
        run = ann.upload(video)
        found = drill.await_end(ann, run)

    assert (found["state"], found["results"]) == ("failed", [])
    assert [len(drill.tries(run, number)) for number in RESULTS] == [3, 3, 3, 3]
    again = ann.must("POST", f"/runs/{run}/again")["id"]
    assert drill.await_end(ann, again)["state"] == "succeeded"
    figure(
        f"bucket that refuses all results, told and begun again: {time.monotonic() - began:.0f} s"
    )


def _upload(
    drill: MusicDrill, video: Path, second: PlayedStep, name: str = "ann"
) -> tuple[Person, str]:
    """Begin a run whose second composer goes on so."""
    person = drill.person(name)
    announced = person.announce(video)
    drill.play(announced.run, 2, second)
    person.send(announced, video)
    return person, announced.run


@contextmanager
def _refusing(drill: MusicDrill, step: str) -> Iterator[None]:
    """Take from the role of a step, for a while, what lets it write."""
    iam = drill.checkout.cloud.client("iam", drill.region)
    role = drill.role_of(step)
    (name,) = iam.list_role_policies(RoleName=role)["PolicyNames"]
    document = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
    reading = [one for one in document["Statement"] if "s3:PutObject" not in one["Action"]]
    assert len(reading) < len(document["Statement"])
    without = {**document, "Statement": reading}
    iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(without))
    try:
        yield
    finally:
        iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(document))
