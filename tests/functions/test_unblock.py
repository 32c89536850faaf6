"""A StatefulSet that is blocked by a broken pod is unblocked; nothing else is ever deleted."""

from typing import Any

import pytest

from functions.release_gate.objects import name_of
from functions.release_gate.unblock import blocking_pods

from .pods import ago, crashing, pod, running, unscheduled, waiting
from .workloads import (
    AUDIO2FACE,
    TAROT,
    deployment,
    member,
    namespace,
    owned,
    snapshot,
    stateful_set,
)

BAD_IMAGE = waiting("ImagePullBackOff")


def deleted(made: dict[str, Any], *pods: dict[str, Any]) -> list[str]:
    """Return the names of the pods that the gate would delete."""
    found = snapshot(stateful_sets=[made], pods=list(pods))
    return [name_of(item) for item in blocking_pods(namespace(AUDIO2FACE), found)]


@pytest.mark.parametrize(
    "broken",
    [
        pod(BAD_IMAGE, changed=1, started=1),
        pod(crashing(2), changed=20, started=22),
        pod(running(ready=False), changed=29, started=29),
        unscheduled(since=1),
    ],
    ids=["no image", "crashing", "never ready", "not scheduled"],
)
def test_rollback_deletes_the_pod_of_the_bad_revision(broken: dict[str, Any]) -> None:
    """The controller waits for it to become ready, which it never does (kubernetes#67250)."""
    made = stateful_set(readyReplicas=1, updatedReplicas=1)
    healthy = member(made, "good", pod(running(), name="audio2face-0", ready=True))

    assert deleted(made, healthy, member(made, "bad", broken)) == ["tarot-1"]


def test_bad_revision_is_left_alone_until_the_controller_has_seen_the_rollback() -> None:
    """The status still calls the bad revision the update, and the good pods outdated."""
    made = stateful_set(updateRevision="bad", observedGeneration=2)
    good = member(made, "good", pod(running(ready=False), name="audio2face-0"))

    assert deleted(made, good, member(made, "bad", pod(BAD_IMAGE))) == []


def test_broken_pod_of_the_current_revision_stays() -> None:
    """A new pod would be no better, and its state is the reason that the release fails with."""
    made = stateful_set(updateRevision="bad")

    assert deleted(made, member(made, "bad", pod(BAD_IMAGE))) == []


def test_ready_pod_is_never_deleted() -> None:
    """Replacing it in turn is the controller's work."""
    made = stateful_set()

    assert deleted(made, member(made, "bad", pod(running(), ready=True))) == []


def test_pod_that_is_ending_is_not_deleted_again() -> None:
    """One deletion for each pod is enough."""
    made = stateful_set()
    ending = member(made, "bad", pod(BAD_IMAGE))
    ending["metadata"]["deletionTimestamp"] = ago(1)

    assert deleted(made, ending) == []


@pytest.mark.parametrize(("changed", "names"), [(29, []), (30, ["tarot-1"])])
def test_pod_that_has_served_is_given_30_seconds(changed: float, names: list[str]) -> None:
    """A probe that fails once during a rolling update must not cost a replica."""
    made = stateful_set()
    blip = pod(running(ready=False), changed=changed, started=5000)

    assert deleted(made, member(made, "bad", blip)) == names


def test_set_scaled_to_zero_needs_no_help() -> None:
    """Its pods end in the order of the controller."""
    made = stateful_set(replicas=0)

    assert deleted(made, member(made, "bad", pod(BAD_IMAGE))) == []


def test_pods_of_others_are_none_of_its_business() -> None:
    """Deployments replace broken pods themselves; sets outside the release are not ours."""
    other, front = stateful_set(), deployment()
    pods = [member(other, "bad", pod(BAD_IMAGE)), owned(pod(BAD_IMAGE), front)]
    found = snapshot(stateful_sets=[other], deployments=[front], pods=pods)

    assert list(blocking_pods(namespace(TAROT), found)) == []
    assert (
        list(blocking_pods(namespace(AUDIO2FACE), snapshot(stateful_sets=[other], pods=pods[1:])))
        == []
    )
