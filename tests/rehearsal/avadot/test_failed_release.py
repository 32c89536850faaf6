"""Releases that cannot work: each says why, and is taken back without anybody noticing."""

import time

import pytest

from rehearsal.cloud.images import Behaviour
from tests.rehearsal.avadot.drill import STACK, AvadotDrill
from tests.rehearsal.avadot.workloads import AUDIO2FACE, PODS, SERVICES, Watch, watching
from tests.rehearsal.conftest import Figure
from tests.rehearsal.edits import Edit, ObjectEdit
from tests.rehearsal.waiting import until

pytestmark = [pytest.mark.rehearsal, pytest.mark.long]

_BAD = "concierge"
"""The service whose release goes wrong."""
_LIMIT_SECONDS = 600
"""Of a service's rollout; a release that is taken back early has not waited for it."""


def _deployment(path: str, value: object) -> ObjectEdit:
    return ObjectEdit(kind="Deployment", name=_BAD, path=path, value=value)


UNSCHEDULABLE = _deployment("spec.template.spec.nodeSelector", {"disk": "tape"})
FORBIDDEN = _deployment("spec.template.spec.hostNetwork", value=True)
INVALID = _deployment("spec.minReadySeconds", -1)


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        ("never-ready", "not ready"),
        ("crash", "exit code 1"),
        ("out-of-memory", "OOMKilled at a limit of 512Mi memory"),
    ],
)
def test_a_program_that_fails(
    drill: AvadotDrill, figure: Figure, behaviour: Behaviour, reason: str
) -> None:
    """A program that never serves, crashes or needs too much memory is taken back.

    Of a crash the gate says whether it waits for a restart, as it was when it looked.
    """
    edit = drill.bad_image(_BAD, behaviour)

    _taken_back(drill, edit, (f"{_BAD}: pod {_BAD}-", reason), figure, behaviour)


def test_an_image_that_nobody_pushed(drill: AvadotDrill, figure: Figure) -> None:
    """A digest that ECR does not hold is taken back."""
    says = (f"{_BAD}: pod {_BAD}-", "ImagePullBackOff")

    _taken_back(drill, drill.missing_image(_BAD), says, figure, "missing image")


def test_a_pod_that_no_node_takes(drill: AvadotDrill, figure: Figure) -> None:
    """A pod that fits nowhere is taken back."""
    says = (f"{_BAD}: pod {_BAD}-", "Unschedulable", "node affinity/selector")

    _taken_back(drill, UNSCHEDULABLE, says, figure, "unschedulable pod")


def test_a_pod_that_admission_refuses(drill: AvadotDrill, figure: Figure) -> None:
    """A pod below the namespace's security standard is taken back."""
    says = (f"{_BAD}: FailedCreate", 'violates PodSecurity "restricted')

    _taken_back(drill, FORBIDDEN, says, figure, "pod that admission refuses")


def test_a_manifest_that_the_cluster_refuses(drill: AvadotDrill, figure: Figure) -> None:
    """An object that the API server does not take is named, and the release taken back."""
    says = (f'The Deployment "{_BAD}" is invalid', "minReadySeconds")

    _taken_back(drill, INVALID, says, figure, "manifest that the cluster refuses")


@pytest.mark.parametrize("kind", ["crash", "missing image"])
def test_audio2face_is_freed(drill: AvadotDrill, figure: Figure, kind: str) -> None:
    """Both Audio2Face pods serve the old version again; a StatefulSet alone would wait for ever."""
    edit = drill.missing_image(AUDIO2FACE)
    reason = "ImagePullBackOff"
    if kind == "crash":
        edit, reason = drill.bad_image(AUDIO2FACE, "crash"), "exit code 1"
    images = sorted(drill.avadot.identities(AUDIO2FACE).values())
    others = drill.avadot.identities(*SERVICES)

    says = (f"{AUDIO2FACE}: pod {AUDIO2FACE}-1", reason)
    watch = _fails_and_recovers(drill, edit, says, figure, f"Audio2Face, {kind}")

    assert sorted(drill.avadot.identities(AUDIO2FACE).values()) == images
    assert drill.avadot.identities(*SERVICES) == others
    watch.never_below(1, AUDIO2FACE)
    watch.never_below(2, *SERVICES)


def _taken_back(
    drill: AvadotDrill, edit: Edit, says: tuple[str, ...], figure: Figure, kind: str
) -> None:
    """Expect that a bad release of a service leaves the very pods that were there before."""
    before = drill.avadot.identities(*PODS)

    watch = _fails_and_recovers(drill, edit, says, figure, kind)

    assert drill.avadot.identities(*PODS) == before
    watch.never_below(2)


def _fails_and_recovers(
    drill: AvadotDrill, edit: Edit, says: tuple[str, ...], figure: Figure, kind: str
) -> Watch:
    with watching(drill.avadot) as watch, drill.checkout.edited(edit):
        began = time.monotonic()
        ended = drill.checkout.deploy(STACK)
        until(drill.avadot.serves, "everything serves after the rollback")
        seconds = time.monotonic() - began
    figure(f"bad release ({kind}), `cdk deploy` to all serving the old version: {seconds:.0f} s")
    assert ended.code == 1, ended.output
    missing = [text for text in says if text not in ended.output]
    assert not missing, f"cdk does not say {missing}:\n{ended.output}"
    assert drill.status(STACK) == "UPDATE_ROLLBACK_COMPLETE"
    assert seconds < _LIMIT_SECONDS / 2
    return watch
