"""What the played autoscaler finds out before it starts a machine."""

import pytest
from lightkube.models.core_v1 import Container, PodSpec, ResourceRequirements, Toleration

from rehearsal.cluster.agent.autoscaler import admits, allocatable_of, minus, nodes_needed, requests
from rehearsal.cluster.node_group import NodeTaint, PlayedNodeGroup

_GROUP = PlayedNodeGroup(
    name="ml",
    instance_type="c5.xlarge",
    size=0,
    zones=["ap-northeast-2a"],
    labels={"workload": "ml"},
    taints=[NodeTaint(key="workload", value="ml", effect="NO_SCHEDULE")],
)
_NODE = _GROUP.node(zone="ap-northeast-2a", address="10.0.0.1")
_TOLERATES = Toleration(key="workload", operator="Equal", value="ml", effect="NoSchedule")


def _pod(cpu: str, *tolerations: Toleration, memory: str = "1Gi", **selector: str) -> PodSpec:
    return PodSpec(
        nodeSelector=selector,
        tolerations=list(tolerations),
        containers=[
            Container(
                name="main", resources=ResourceRequirements(requests={"cpu": cpu, "memory": memory})
            )
        ],
    )


@pytest.mark.parametrize(
    ("pod", "taken"),
    [
        (_pod("1", _TOLERATES, workload="ml"), True),
        (_pod("1", Toleration(operator="Exists")), True),
        (_pod("1", workload="ml"), False),
        (_pod("1", Toleration(key="workload", operator="Equal", value="web")), False),
        (_pod("1", Toleration(key="workload", operator="Exists", effect="NoExecute")), False),
        (_pod("1", _TOLERATES, workload="web"), False),
        (_pod("1", _TOLERATES, disk="tape"), False),
    ],
)
def test_labels_and_taints_decide_whom_a_machine_takes(pod: PodSpec, *, taken: bool) -> None:
    """A machine that does not exist yet admits whom it would admit when it did."""
    assert admits(_NODE, pod) is taken


def test_pods_fill_as_few_machines_as_hold_them() -> None:
    """Two nodes hold 7.5 cores, but not of these sizes: each has not quite four."""
    pods = [_pod("500m")] * 5 + [_pod("1")] * 5

    assert nodes_needed(pods, allocatable_of(_NODE)) == 3
    assert nodes_needed([], allocatable_of(_NODE)) == 0


def test_the_pods_of_each_machine_take_their_room_first() -> None:
    """What a DaemonSet asks for is not there for others."""
    three = [_pod("1300m")] * 3

    assert nodes_needed(three, allocatable_of(_NODE)) == 1
    assert nodes_needed(three, minus(allocatable_of(_NODE), [requests(_pod("1500m"))])) == 3


def test_a_pod_that_no_machine_holds_brings_none() -> None:
    """More nodes would not help it."""
    assert nodes_needed([_pod("5")], allocatable_of(_NODE)) == 0
    assert nodes_needed([_pod("1", memory="100Gi")], allocatable_of(_NODE)) == 0


def test_what_is_free_already_is_used_first() -> None:
    """A pod that waits for the scheduler's next look brings no machine."""
    empty = allocatable_of(_NODE)

    assert nodes_needed([_pod("3")], empty, [empty]) == 0
    assert nodes_needed([_pod("3")] * 2, empty, [empty]) == 1
    assert nodes_needed([_pod("3")], empty, [minus(empty, [requests(_pod("1"))])]) == 1
