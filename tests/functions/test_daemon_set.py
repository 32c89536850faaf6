"""A DaemonSet that a release waits for: one pod on each of its nodes."""

import pytest

from functions.release_gate.rollout import judge
from functions.release_gate.verdict import Complete, Failed, Verdict, Waiting

from .pods import crashing, pod
from .workloads import DEVICE_PLUGIN, daemon_set, owned, snapshot


def _verdict(made: dict[str, object], *pods: dict[str, object]) -> Verdict:
    found = snapshot(daemon_sets=[made], pods=[owned(one, made) for one in pods])
    return judge(DEVICE_PLUGIN, found, elapsed=60)


@pytest.mark.parametrize("nodes", [2, 0])
def test_a_daemon_set_with_a_pod_on_each_node_is_complete(nodes: int) -> None:
    """A node group that starts from zero has none."""
    assert _verdict(daemon_set(nodes=nodes)) == Complete()


@pytest.mark.parametrize(
    ("status", "missing"),
    [
        ({"updatedNumberScheduled": 1}, "updated 1 of 2 pods"),
        ({"numberAvailable": 0}, "available 0 of 2 pods"),
        ({"observedGeneration": 2}, "its controller has not observed the new version yet"),
    ],
)
def test_a_daemon_set_waits_for_what_is_missing(status: dict[str, int], missing: str) -> None:
    """The old pods of other nodes are no pods of the new version."""
    assert _verdict(daemon_set(**status)) == Waiting(f"device-plugin: {missing}")


def test_a_crash_looping_plugin_fails() -> None:
    """It says so itself, not the pods that get no GPU."""
    plugin = pod(crashing(2, back_off=True), name="device-plugin-x")

    verdict = _verdict(daemon_set(numberAvailable=1), plugin)

    assert isinstance(verdict, Failed)
    assert verdict.reason.startswith(
        "device-plugin: pod device-plugin-x: container server: CrashLoopBackOff: exit code 1"
    )
