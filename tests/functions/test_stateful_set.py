"""A StatefulSet is judged by its pods, for its controller would wait for ever (argo-cd#6527)."""

from typing import Any

import pytest

from functions.release_gate.objects import KubeObject
from functions.release_gate.rollout import judge
from functions.release_gate.verdict import Complete, Failed, Verdict, Waiting

from .pods import crashing, pod, running, waiting, warning
from .workloads import AUDIO2FACE, member, snapshot, stateful_set

BAD_IMAGE = waiting("ImagePullBackOff", "not found")


def audio2face(made: dict[str, Any], elapsed: float = 60, **found: Any) -> Verdict:
    """Judge the StatefulSet."""
    return judge(AUDIO2FACE, snapshot(stateful_sets=[made], **found), elapsed=elapsed)


def test_stateful_set_at_one_revision_with_all_pods_ready_is_complete() -> None:
    """Updated, ready and available, and the update closed."""
    assert audio2face(stateful_set()) == Complete()


@pytest.mark.parametrize(
    ("status", "what"),
    [
        ({"updatedReplicas": 1}, "updated 1 of 2 pods"),
        ({"readyReplicas": 1, "availableReplicas": 1}, "ready 1, available 1 of 2 pods"),
        ({"availableReplicas": 0}, "available 0 of 2 pods"),
        ({"currentRevision": "bad"}, "its controller has not finished the update yet"),
    ],
)
def test_stateful_set_waits_for_what_is_missing(status: dict[str, Any], what: str) -> None:
    """Each of the four conditions alone keeps it incomplete."""
    assert audio2face(stateful_set(**status)) == Waiting(f"audio2face: {what}")


def test_crash_looping_stateful_set_fails() -> None:
    """Its controller would wait for ever, and `kubectl rollout status` with it (argo-cd#6527)."""
    made = stateful_set(readyReplicas=1)
    lost = member(made, "good", pod(crashing(2, back_off=True), name="audio2face-1"))

    verdict = audio2face(made, pods=[lost])

    assert isinstance(verdict, Failed)
    assert verdict.reason.startswith("audio2face: pod audio2face-1: container server: CrashLoop")


def test_outdated_pod_of_a_stateful_set_is_not_judged() -> None:
    """On a rollback it is deleted instead."""
    made = stateful_set(updatedReplicas=1, readyReplicas=1)

    assert isinstance(audio2face(made, pods=[member(made, "bad", pod(BAD_IMAGE))]), Waiting)


@pytest.mark.parametrize(
    ("first", "last", "elapsed", "kind"),
    [
        (10, 0, 60, Failed),
        (9, 0, 60, Waiting),
        (3000, 0, 9, Waiting),
        (3000, 61, 60, Waiting),
    ],
    ids=["lasts", "has just begun", "is old and new again", "is of an earlier release"],
)
def test_refused_member_fails_its_stateful_set(
    first: float, last: float, elapsed: float, kind: type[Verdict]
) -> None:
    """Only events since the start of this release count."""
    made = stateful_set(updatedReplicas=0)
    event = warning(made, "FailedCreate", "violates PodSecurity", first=first, last=last)

    verdict = audio2face(made, elapsed, warnings=[event])

    assert isinstance(verdict, kind)


def test_refusal_is_over_once_all_members_exist() -> None:
    """The event stays behind for an hour."""
    made = stateful_set(readyReplicas=0)
    pods: list[KubeObject] = [
        member(made, "good", pod(running(ready=False), name=f"audio2face-{index}"))
        for index in range(2)
    ]
    event = warning(made, "FailedCreate", "violates PodSecurity", first=40)

    assert "PodSecurity" not in str(audio2face(made, pods=pods, warnings=[event]))
