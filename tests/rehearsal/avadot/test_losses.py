"""Nodes that are drained or lost, and come back."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from lightkube.resources.core_v1 import Pod

from rehearsal.cluster.failures import lose_zone, restore_zone
from rehearsal.cluster.objects import is_ready, spec_of, status_of
from tests.rehearsal.avadot.drill import ZONES, AvadotDrill
from tests.rehearsal.avadot.workloads import (
    AUDIO2FACE,
    PODS,
    SERVICES,
    watching,
    workload_of,
)
from tests.rehearsal.checkout import Ended
from tests.rehearsal.conftest import Figure
from tests.rehearsal.waiting import until

pytestmark = pytest.mark.rehearsal


def test_a_drained_gpu_node_leaves_one_audio2face_pod(drill: AvadotDrill, figure: Figure) -> None:
    """Draining a GPU node ends one Audio2Face pod; it serves again when the node is back."""
    node, other = _gpu_nodes(drill)
    with watching(drill.avadot) as watch, _open_at_last(drill, node, other):
        _drain(drill, node).must_succeed()
        assert [spec_of(p).nodeName for p in drill.avadot.ready_pods(AUDIO2FACE)] == [other]

        # The other pod is all that is left, so the budget keeps it.
        second = _drain(drill, other, seconds=6)
        assert second.code == 1
        assert "would violate the pod's disruption budget" in second.output

        drill.checkout.kubectl("uncordon", node).must_succeed()
        seconds = until(drill.avadot.serves, "Audio2Face is back")
    watch.never_below(1, AUDIO2FACE)
    figure(f"drained GPU node, uncordon to both Audio2Face pods ready: {seconds:.0f} s")


def test_a_lost_zone_leaves_every_service_reachable(drill: AvadotDrill, figure: Figure) -> None:
    """With a zone gone no Service is without endpoints, and what the other zone holds moves there.

    One node for services is less than all of them ask for, so the last pods wait for the zone.
    """
    lost = lose_zone(drill, ZONES[0])
    try:
        with watching(drill.avadot) as watch:
            away = until(lambda: _has_moved(drill, lost), "pods start in the zone left")
            left = Counter(map(workload_of, drill.avadot.ready_pods()))
    finally:
        restore_zone(drill, ZONES[0])
    back = until(drill.avadot.serves, "everything serves again")

    watch.never_below(1)
    assert set(left) == set(PODS)
    assert left[AUDIO2FACE] == 1
    serving = sum(left[service] for service in SERVICES)
    figure(f"lost zone: {serving} of 12 service pods serve in the other after {away:.0f} s")
    figure(f"zone restored to all serving: {back:.0f} s")


def _gpu_nodes(drill: AvadotDrill) -> list[str]:
    return [spec_of(pod).nodeName or "" for pod in drill.avadot.ready_pods(AUDIO2FACE)]


def _drain(drill: AvadotDrill, node: str, seconds: int = 60) -> Ended:
    return drill.checkout.kubectl(
        *("drain", node, "--ignore-daemonsets", "--delete-emptydir-data", f"--timeout={seconds}s")
    )


@contextmanager
def _open_at_last(drill: AvadotDrill, *nodes: str) -> Iterator[None]:
    try:
        yield
    finally:
        drill.checkout.kubectl("uncordon", *nodes).must_succeed()


def _has_moved(drill: AvadotDrill, lost: Sequence[str]) -> bool:
    """Whether the services' pods run on what is left, or wait because nothing more fits there."""
    pods = [pod for service in SERVICES for pod in drill.avadot.pods(service)]
    return all(
        _lacks_cpu(pod) or (is_ready(pod) and spec_of(pod).nodeName not in lost) for pod in pods
    )


def _lacks_cpu(pod: Pod) -> bool:
    conditions = status_of(pod).conditions or []
    return any(
        condition.reason == "Unschedulable" and "Insufficient cpu" in (condition.message or "")
        for condition in conditions
    )
