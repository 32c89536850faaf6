"""A rollout is complete, still on its way, or failed for a reason of its current revision."""

from typing import Any

import pytest

from functions.release_gate.release import GatedWorkload
from functions.release_gate.rollout import judge
from functions.release_gate.verdict import Complete, Failed, Verdict, Waiting

from .pods import ago, crashing, pod, running, waiting
from .workloads import (
    AUDIO2FACE,
    TAROT,
    deployment,
    owned,
    replica_set,
    snapshot,
    stateful_set,
)

REFUSAL = {"status": "True", "reason": "FailedCreate", "message": "violates PodSecurity"}
BAD_IMAGE = waiting("ImagePullBackOff", "not found")


def tarot(made: dict[str, Any], elapsed: float = 60, **found: list[dict[str, Any]]) -> Verdict:
    """Judge the Deployment."""
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
