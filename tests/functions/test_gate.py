"""A release is complete when all its workloads are and its services can be reached."""

from typing import Any

import pytest

from functions.release_gate.gate import judge_release
from functions.release_gate.verdict import Complete, Failed, Waiting

from .workloads import (
    AUDIO2FACE,
    TAROT,
    deployment,
    endpoint_slice,
    look,
    release,
    service,
    stateful_set,
)

SERVED = release(TAROT, services=("tarot",))


def test_release_is_complete_when_everything_serves() -> None:
    """Workloads complete, a ready endpoint behind each service."""
    found = look(
        deployments=[deployment()],
        services=[service("tarot")],
        endpoint_slices=[endpoint_slice("tarot", {"ready": False}, {"ready": True})],
    )

    assert judge_release(SERVED, found, elapsed=1) == Complete()


def test_release_waits_for_every_workload() -> None:
    """And says for which."""
    found = look(
        deployments=[deployment(availableReplicas=1)],
        stateful_sets=[stateful_set(readyReplicas=0)],
    )

    verdict = judge_release(release(TAROT, AUDIO2FACE), found, elapsed=1)

    expected = "tarot: available 1 of 2 pods; audio2face: ready 0 of 2 pods"
    assert verdict == Waiting(expected)


def test_one_failed_workload_fails_the_release() -> None:
    """A release is all or nothing; the slow one is not waited for."""
    found = look(deployments=[deployment(availableReplicas=1)], stateful_sets=[stateful_set()])

    verdict = judge_release(release(AUDIO2FACE, TAROT), found, elapsed=TAROT.limit)

    assert verdict == Failed("tarot: not complete after 600 s: available 1 of 2 pods")


@pytest.mark.parametrize(
    "slices",
    [[], [endpoint_slice("tarot", {"ready": False})], [endpoint_slice("other", {"ready": True})]],
    ids=["none", "not ready", "of another service"],
)
def test_service_without_a_ready_endpoint_keeps_the_release_waiting(slices: list[Any]) -> None:
    """Until the limit of the slowest workload."""
    found = look(deployments=[deployment()], services=[service("tarot")], endpoint_slices=slices)

    waits = judge_release(SERVED, found, elapsed=599)

    assert waits == Waiting("no ready endpoint for service tarot")
    assert judge_release(SERVED, found, elapsed=600) == Failed(
        "not complete after 600 s: no ready endpoint for service tarot"
    )


def test_endpoint_that_does_not_say_counts_as_ready() -> None:
    """So the EndpointSlice API defines it."""
    found = look(deployments=[deployment()], endpoint_slices=[endpoint_slice("tarot", {})])

    assert judge_release(SERVED, found, elapsed=1) == Complete()


def test_slice_without_endpoints_is_null() -> None:
    """The controller writes null, not an empty list."""
    empty = {**endpoint_slice("tarot"), "endpoints": None}
    found = look(deployments=[deployment()], endpoint_slices=[empty])

    assert isinstance(judge_release(SERVED, found, elapsed=1), Waiting)


def test_service_of_a_workload_at_zero_needs_no_endpoint() -> None:
    """Else a service that was stopped on purpose would fail each later release."""
    resting = look(deployments=[deployment(replicas=0)], services=[service("tarot")])

    assert judge_release(SERVED, resting, elapsed=1) == Complete()


def test_service_that_selects_nothing_is_not_at_rest() -> None:
    """A selector that fits no workload is a mistake, also when all workloads are at zero."""
    lost = look(deployments=[deployment(replicas=0)], services=[service("trot")])
    asked = release(TAROT, services=("trot",))

    assert isinstance(judge_release(asked, lost, elapsed=1), Waiting)
