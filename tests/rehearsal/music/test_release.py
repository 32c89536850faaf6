"""A release of one model program while a run is under way, and the end of production."""

import time
from pathlib import Path

import pytest
from lightkube.resources.core_v1 import Pod

from rehearsal.cluster.objects import is_ready, uid_of
from tests.rehearsal.conftest import Figure
from tests.rehearsal.music.drill import NAMESPACE, STACK, STACKS, MusicDrill
from tests.rehearsal.music.people import RESULTS
from tests.rehearsal.waiting import until

pytestmark = pytest.mark.rehearsal


def test_nothing_costs_a_gpu_while_nobody_has_a_run(drill: MusicDrill) -> None:
    """All stacks stand, the API has its two pods and says where, no machine has a GPU."""
    assert {stack: drill.status(stack) for stack in STACKS} == dict.fromkeys(
        STACKS, "CREATE_COMPLETE"
    )
    assert len(_of_api(drill)) == 2
    assert f"music-api at {drill.address}/" in drill.checkout.rehearse("status").must_succeed()
    until(lambda: not drill.gpu_nodes(), "no machine is left of another drill")


def test_a_new_composer_is_released_while_a_run_is_under_way(
    drill: MusicDrill, video: Path, figure: Figure
) -> None:
    """The run ends with the image it began with, the next one has the new; the API is untouched."""
    ann, api = drill.person("ann"), _of_api(drill)
    run = ann.upload(video)
    until(lambda: drill.composes(run, 1), "it composes")

    began = time.monotonic()
    drill.checkout.edit(drill.other_image("composer"))
    drill.checkout.up(STACK).must_succeed()
    figure(f"Music, a new composer while a run is under way: {time.monotonic() - began:.0f} s")

    found = drill.await_end(ann, run)
    assert (found["state"], found["results"]) == ("succeeded", list(RESULTS))
    following = ann.upload(video)
    assert drill.await_end(ann, following)["state"] == "succeeded"
    former, latter = drill.images(run), drill.images(following)
    assert {step for step in former if former[step] != latter[step]} == {"compose"}
    assert _of_api(drill) == api


def test_production_keeps_its_runs(drill: MusicDrill, video: Path) -> None:
    """`cdk destroy` takes workloads and cluster, and stops at the buckets and what is in them."""
    ann = drill.person("ann")
    run = ann.upload(video)
    drill.await_end(ann, run)
    before = drill.objects(run)

    drill.destroy()

    assert before
    assert drill.objects(run) == before


def _of_api(drill: MusicDrill) -> set[str]:
    found = drill.kubernetes.list(
        Pod, namespace=NAMESPACE, labels={"app.kubernetes.io/name": "music-api"}
    )
    return {uid_of(pod) for pod in found if is_ready(pod)}
