"""A release is complete, waits, or fails for a reason of its current revision."""

from dataclasses import replace
from typing import Any

import pytest

from functions.release_gate.kube import Snapshot
from functions.release_gate.objects import KubeObject
from functions.release_gate.release import GatedRelease, GatedWorkload
from functions.release_gate.rollout import judge, judge_release
from functions.release_gate.verdict import Complete, Failed, Verdict, Waiting

from .pods import NAMESPACE, ago, crashing, pod, running, waiting, warning
from .workloads import (
    AUDIO2FACE,
    TAROT,
    deployment,
    endpoint_slice,
    member,
    owned,
    release,
    replica_set,
    service,
    snapshot,
    stateful_set,
)

BAD_IMAGE = waiting("ImagePullBackOff", "not found")
REFUSAL = {"status": "True", "reason": "FailedCreate", "message": "violates PodSecurity"}


def tarot(made: dict[str, Any], elapsed: float = 60, **found: list[dict[str, Any]]) -> Verdict:
    return judge(TAROT, snapshot(deployments=[made], **found), elapsed=elapsed)


def test_deployment_with_all_pods_updated_and_available_is_complete() -> None:
    """That is what its own controller calls complete."""
    assert tarot(deployment()) == Complete()


def test_deployment_waits_for_what_is_missing() -> None:
    """The reason tells counts, as `kubectl rollout status` would."""
    verdict = tarot(deployment(updatedReplicas=1, availableReplicas=0))

    expected = "tarot: updated 1, available 0 of 2 pods, 1 old pods not terminated yet"
    assert verdict == Waiting(expected)


def test_deployment_waits_for_its_old_pods_to_go() -> None:
    """Until then, half of the requests meet the old version."""
    made = deployment()
    made["status"]["replicas"] = 3

    assert tarot(made) == Waiting("tarot: 1 old pods not terminated yet")


@pytest.mark.parametrize("workload", [TAROT, AUDIO2FACE])
def test_status_of_an_earlier_version_proves_nothing(workload: GatedWorkload) -> None:
    """Right after the apply, the status still tells of the old version."""
    found = snapshot(
        deployments=[deployment(observedGeneration=2)],
        stateful_sets=[stateful_set(observedGeneration=2)],
    )
    verdict = judge(workload, found, elapsed=1)

    assert verdict == Waiting(
        f"{workload.name}: its controller has not observed the new version yet"
    )


@pytest.mark.parametrize("workload", [TAROT, AUDIO2FACE])
def test_workload_scaled_to_zero_on_purpose_is_complete(workload: GatedWorkload) -> None:
    """Its last pods may still be ending."""
    found = snapshot(
        deployments=[deployment(replicas=0) | {"status": {"observedGeneration": 3}}],
        stateful_sets=[stateful_set(replicas=0, readyReplicas=1, currentRevision="bad")],
    )

    assert judge(workload, found, elapsed=1) == Complete()


def test_workload_that_is_not_there_fails_at_once() -> None:
    """All manifests were applied before, so its name is wrong."""
    verdict = judge(TAROT, snapshot(), elapsed=0)

    assert verdict == Failed("tarot: namespace avadot has no Deployment of this name")


def test_pod_of_the_current_revision_fails_its_deployment() -> None:
    """Within seconds, whatever time the rollout has."""
    made = deployment(updatedReplicas=1)
    current = replica_set(made)

    verdict = tarot(made, replica_sets=[current], pods=[owned(pod(BAD_IMAGE), current)])

    reason = "tarot: pod tarot-1: container server: ImagePullBackOff: not found"
    assert verdict == Failed(reason)


def test_pod_of_an_old_revision_is_not_judged() -> None:
    """On a rollback the bad pods are still about for a while."""
    made = deployment(updatedReplicas=1)
    current, old = replica_set(made), replica_set(made, "1")
    pods = [owned(pod(BAD_IMAGE), old)]

    assert isinstance(tarot(made, replica_sets=[old, current], pods=pods), Waiting)


def test_what_is_not_final_yet_is_said_while_waiting() -> None:
    """The log shows where a rollout hangs before it fails."""
    made = deployment(availableReplicas=1)
    current = replica_set(made)
    pods = [
        owned(pod(running(), ready=True), current),
        owned(pod(crashing(1), name="tarot-2"), current),
    ]

    verdict = tarot(made, replica_sets=[current], pods=pods)

    assert isinstance(verdict, Waiting)
    assert verdict.what.startswith("tarot: available 1 of 2 pods; pod tarot-2: container server")


def test_final_reason_of_another_pod_goes_before_a_passing_one() -> None:
    """The first pod still tries; the second is lost."""
    made = deployment(availableReplicas=0)
    current = replica_set(made)
    pods = [owned(pod(crashing(1)), current), owned(pod(BAD_IMAGE, name="tarot-2"), current)]

    verdict = tarot(made, replica_sets=[current], pods=pods)

    assert isinstance(verdict, Failed)
    assert "pod tarot-2" in verdict.reason


def test_limit_has_the_last_word() -> None:
    """It names what the rollout still waits for."""
    made = deployment(availableReplicas=1)

    assert isinstance(tarot(made, elapsed=599), Waiting)
    assert tarot(made, elapsed=600) == Failed(
        "tarot: not complete after 600 s: available 1 of 2 pods"
    )


@pytest.mark.parametrize(("lasted", "kind"), [(9, Waiting), (10, Failed)])
def test_replica_set_that_may_not_make_pods_fails_its_deployment(
    lasted: float, kind: type[Verdict]
) -> None:
    """Admission refuses the pods, so that there is none to blame."""
    made = deployment(updatedReplicas=0)
    refused = replica_set(made, failure={**REFUSAL, "lastTransitionTime": ago(lasted)})

    verdict = tarot(made, replica_sets=[refused])

    assert isinstance(verdict, kind)
    assert "FailedCreate: violates PodSecurity" in str(verdict)


def test_refusal_of_an_old_replica_set_is_history() -> None:
    """The rollback has replaced what admission refused."""
    made = deployment(updatedReplicas=1)
    old = replica_set(made, "1", failure={**REFUSAL, "lastTransitionTime": ago(90)})

    assert "PodSecurity" not in str(tarot(made, replica_sets=[old, replica_set(made)]))


def audio2face(made: dict[str, Any], elapsed: float = 60, **found: Any) -> Verdict:
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


SERVED = release(TAROT, services=("tarot",))


def judged(asked: GatedRelease, found: Snapshot, elapsed: float = 1) -> Verdict:
    return judge_release(asked, {NAMESPACE: found}, elapsed=elapsed)


def test_release_is_complete_when_everything_serves() -> None:
    """Workloads complete, a ready endpoint behind each service."""
    found = snapshot(
        deployments=[deployment()],
        services=[service("tarot")],
        endpoint_slices=[endpoint_slice("tarot", {"ready": False}, {"ready": True})],
    )

    assert judged(SERVED, found) == Complete()


def test_release_waits_for_every_workload() -> None:
    """And says for which."""
    found = snapshot(
        deployments=[deployment(availableReplicas=1)],
        stateful_sets=[stateful_set(readyReplicas=0)],
    )

    verdict = judged(release(TAROT, AUDIO2FACE), found)

    expected = "tarot: available 1 of 2 pods; audio2face: ready 0 of 2 pods"
    assert verdict == Waiting(expected)


def test_one_failed_workload_fails_the_release() -> None:
    """A release is all or nothing; the slow one is not waited for."""
    found = snapshot(deployments=[deployment(availableReplicas=1)], stateful_sets=[stateful_set()])

    verdict = judged(release(AUDIO2FACE, TAROT), found, TAROT.limit)

    assert verdict == Failed("tarot: not complete after 600 s: available 1 of 2 pods")


@pytest.mark.parametrize(
    "slices",
    [[], [endpoint_slice("tarot", {"ready": False})], [endpoint_slice("other", {"ready": True})]],
    ids=["none", "not ready", "of another service"],
)
def test_service_without_a_ready_endpoint_keeps_the_release_waiting(slices: list[Any]) -> None:
    """Until the limit of the slowest workload."""
    found = snapshot(
        deployments=[deployment()], services=[service("tarot")], endpoint_slices=slices
    )

    waits = judged(SERVED, found, 599)

    assert waits == Waiting("no ready endpoint for service tarot")
    assert judged(SERVED, found, 600) == Failed(
        "not complete after 600 s: no ready endpoint for service tarot"
    )


def test_endpoint_that_does_not_say_counts_as_ready() -> None:
    """So the EndpointSlice API defines it."""
    found = snapshot(deployments=[deployment()], endpoint_slices=[endpoint_slice("tarot", {})])

    assert judged(SERVED, found) == Complete()


def test_slice_without_endpoints_is_null() -> None:
    """The controller writes null, not an empty list."""
    empty = {**endpoint_slice("tarot"), "endpoints": None}
    found = snapshot(deployments=[deployment()], endpoint_slices=[empty])

    assert isinstance(judged(SERVED, found), Waiting)


def test_service_of_a_workload_at_zero_needs_no_endpoint() -> None:
    """Else a service that was stopped on purpose would fail each later release."""
    scaled = snapshot(deployments=[deployment(replicas=0)], services=[service("tarot")])

    assert judged(SERVED, scaled) == Complete()


def test_service_that_selects_nothing_is_not_scaled_to_zero() -> None:
    """A selector that fits no workload is a mistake, also when all workloads are at zero."""
    lost = snapshot(deployments=[deployment(replicas=0)], services=[service("trot")])
    asked = release(TAROT, services=("trot",))

    assert isinstance(judged(asked, lost), Waiting)


def test_release_waits_for_each_of_its_namespaces() -> None:
    """A workload of one is not looked for in another, nor a service."""
    asked = replace(
        SERVED,
        workloads=(TAROT, replace(TAROT, namespace="other")),
        services=((NAMESPACE, "tarot"), ("other", "tarot")),
    )
    served = snapshot(
        deployments=[deployment()], endpoint_slices=[endpoint_slice("tarot", {"ready": True})]
    )
    unserved = snapshot(deployments=[deployment()])
    empty = snapshot()

    def judge(other: Snapshot) -> Verdict:
        return judge_release(asked, {NAMESPACE: served, "other": other}, elapsed=1)

    assert judge(served) == Complete()
    assert judge(unserved) == Waiting("no ready endpoint for service tarot")
    assert judge(empty) == Failed("tarot: namespace other has no Deployment of this name")
