"""A release is complete when all its workloads are and its services can be reached."""

from dataclasses import replace
from typing import Any

import pytest

from functions.release_gate.kube import Snapshot
from functions.release_gate.release import GatedNamespace
from functions.release_gate.rollout import judge_release
from functions.release_gate.verdict import Complete, Failed, Verdict, Waiting

from .pods import NAMESPACE
from .workloads import (
    AUDIO2FACE,
    TAROT,
    deployment,
    endpoint_slice,
    namespace,
    release,
    service,
    snapshot,
    stateful_set,
)

SERVED = namespace(TAROT, services=("tarot",))


def judged(asked: GatedNamespace, found: Snapshot, elapsed: float = 1) -> Verdict:
    """Judge the release of one namespace."""
    return judge_release(release(asked), {NAMESPACE: found}, elapsed=elapsed)


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

    verdict = judged(namespace(TAROT, AUDIO2FACE), found)

    expected = "tarot: available 1 of 2 pods; audio2face: ready 0 of 2 pods"
    assert verdict == Waiting(expected)


def test_one_failed_workload_fails_the_release() -> None:
    """A release is all or nothing; the slow one is not waited for."""
    found = snapshot(deployments=[deployment(availableReplicas=1)], stateful_sets=[stateful_set()])

    verdict = judged(namespace(AUDIO2FACE, TAROT), found, TAROT.limit)

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
    asked = namespace(TAROT, services=("trot",))

    assert isinstance(judged(asked, lost), Waiting)


def test_release_waits_for_each_of_its_namespaces() -> None:
    """A workload of one is not looked for in another, nor a service."""
    asked = release(SERVED, replace(SERVED, name="other"))
    served = snapshot(
        deployments=[deployment()], endpoint_slices=[endpoint_slice("tarot", {"ready": True})]
    )
    unserved = snapshot(deployments=[deployment()])
    empty = replace(snapshot(), namespace="other")

    def judge(other: Snapshot) -> Verdict:
        return judge_release(asked, {NAMESPACE: served, "other": other}, elapsed=1)

    assert judge(served) == Complete()
    assert judge(unserved) == Waiting("no ready endpoint for service tarot")
    assert judge(empty) == Failed("tarot: namespace other has no Deployment of this name")
