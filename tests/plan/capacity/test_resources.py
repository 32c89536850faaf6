"""What a node has room for: resources, places for pods, and who goes first."""

from typing import Any

import pytest

from tests.plan.capacity.asking import finding, reasons, waiting
from tests.plan.capacity.builder import (
    Document,
    Group,
    deployment,
    job,
    pod_spec,
    taint,
    workload,
)
from tests.plan.capacity.pieces import node_affinity, priority_class

_ONE = Group(size=1)


@pytest.mark.parametrize(
    ("template", "pods", "left", "reason"),
    [
        (pod_spec("965m"), 3, 1, "1 Insufficient cpu"),
        (pod_spec("10m", "2279Mi"), 4, 1, "1 Insufficient memory"),
        (pod_spec(extended={"ephemeral-storage": "9Gi"}), 2, 1, "1 Insufficient ephemeral-storage"),
        (pod_spec(), 36, 1, "1 Too many pods"),
        (pod_spec(extended={"example.com/card": "1"}), 1, 1, "1 Insufficient example.com/card"),
    ],
)
def test_a_node_holds_what_it_can_allocate_and_no_more(
    template: Document, pods: int, left: int, reason: str
) -> None:
    """One pod is too many where 1930m, 6837Mi, 17408Mi of disk and 35 pods are to be had."""
    assert waiting([_ONE], [deployment("app", template, pods - left)]) == {}
    assert waiting([_ONE], [deployment("app", template, pods)]) == {"app": left}
    assert reasons([_ONE], [deployment("app", template, pods)]) == {reason}


def test_what_is_left_is_summed_by_group() -> None:
    """What no pod asks for is left: CPU, memory, places for pods."""
    found = finding([Group(size=2)], [deployment("app", pod_spec("500m", "1Gi"), 3)])

    (room,) = found.headroom
    assert (room.cpu_milli, room.memory_mib, room.pods) == (3860 - 1500, 2 * 6837 - 3072, 67)


def test_every_reason_of_a_node_is_said() -> None:
    """A node that is short of two things says both."""
    assert reasons([_ONE], [deployment("app", pod_spec("3", "9Gi"))]) == {
        "1 Insufficient cpu, 1 Insufficient memory"
    }


def test_a_daemon_set_has_a_pod_on_every_node_that_lets_it() -> None:
    """It avoids nodes with taints it does not tolerate, and those it does not select."""
    closed = Group(name="closed", size=1, taints=[taint("closed")])
    groups = [Group(size=2), closed]
    tolerating = {"tolerations": [{"operator": "Exists"}]}
    chosen = node_affinity(
        {"key": "eks.amazonaws.com/nodegroup", "operator": "In", "values": ["closed"]}
    )

    def pods(**spec: Any) -> int:
        return finding(groups, [workload("DaemonSet", "daemon", pod_spec("1m", **spec))]).pods

    assert pods() == 2
    assert pods(**tolerating) == 3
    assert pods(**tolerating, **chosen) == 1


def test_a_pod_of_a_daemon_set_that_does_not_fit_waits_for_its_own_node() -> None:
    """Room on another node is no help to it."""
    groups = [Group(size=1), Group(name="large", size=1, instance_type="t3.xlarge")]
    daemon = workload("DaemonSet", "daemon", pod_spec("2"))

    assert waiting(groups, [daemon]) == {"daemon": 1}
    assert reasons(groups, [daemon]) == {
        "1 Insufficient cpu, 1 node(s) didn't satisfy plugin(s) [NodeAffinity]"
    }


def test_a_job_has_as_many_pods_as_run_at_once() -> None:
    """Not more than are to be completed, and one if nothing is said."""

    def pods(**spec: int) -> int:
        return finding([_ONE], [job("job", pod_spec("1m"), **spec)]).pods

    assert pods() == 1
    assert pods(parallelism=3) == 3
    assert pods(parallelism=3, completions=2) == 2


def test_a_stateful_set_makes_a_pod_only_once_the_one_before_runs() -> None:
    """With the default policy the pods behind the one that waits are not even made."""
    app = workload("StatefulSet", "app", pod_spec("1"), replicas=4)
    parallel = {"spec": app["spec"] | {"podManagementPolicy": "Parallel"}}

    assert waiting([_ONE], [app]) == waiting([_ONE], [app | parallel]) == {"app": 3}
    assert reasons([_ONE], [app]) == {
        *("1 Insufficient cpu", "made once app-1 runs", "made once app-2 runs")
    }
    assert reasons([_ONE], [app | parallel]) == {"1 Insufficient cpu"}


def test_pods_of_higher_priority_push_others_aside() -> None:
    """Whoever comes first, the important pods run."""
    important = deployment("important", pod_spec("900m", priorityClassName="high"), 2)
    objects = [priority_class("high", 1000), deployment("modest", pod_spec("900m"), 2), important]

    assert waiting([_ONE], objects) == {"modest": 2}


def test_a_priority_that_never_preempts_only_comes_first() -> None:
    """Such pods win only where they are there in time."""
    never = priority_class("polite", 1000, preemptionPolicy="Never")
    polite = deployment("polite", pod_spec("900m", priorityClassName="polite"), 2)
    found = finding([_ONE], [never, deployment("modest", pod_spec("900m"), 2), polite])

    assert not found.is_certain
    assert (found.fewest_waiting, found.most_waiting) == (2, 2)


def test_the_default_priority_is_that_of_pods_that_name_none() -> None:
    """A class may be the default for all."""
    classes = [priority_class("usual", 10, globalDefault=True), priority_class("low", 1)]
    low = deployment("low", pod_spec("900m", priorityClassName="low"), 2)

    assert waiting([_ONE], [*classes, low, deployment("usual", pod_spec("900m"), 2)]) == {"low": 2}
