"""Deploying production: from nothing, without a change, and with one."""

import json
import time
from collections import Counter

import pytest
from lightkube.resources.core_v1 import Node

from rehearsal.cluster.objects import labels_of, name_of, spec_of
from tests.rehearsal.avadot.drill import STACK, STACKS, ZONES, AvadotDrill
from tests.rehearsal.avadot.workloads import AUDIO2FACE, NAMESPACE, PODS, workload_of
from tests.rehearsal.conftest import Figure
from tests.rehearsal.edits import SettingEdit
from tests.rehearsal.waiting import until

pytestmark = pytest.mark.rehearsal

_INSTANCE_TYPE = "node.kubernetes.io/instance-type"
_ZONE = "topology.kubernetes.io/zone"
ONE_SERVICE_LARGER = SettingEdit(
    system=STACK, path="services[tarot].resources.memory_limit_mib", value=640
)


@pytest.fixture(scope="module")
def afresh() -> bool:
    """Deploy from nothing."""
    return True


def test_all_stacks_are_complete(drill: AvadotDrill, figure: Figure) -> None:
    """`cdk deploy AvadotProd` makes the stack and all three that it relies on."""
    record = json.loads((drill.checkout.run / "deployed.json").read_text())

    assert {drill.status(stack) for stack in STACKS} == {"CREATE_COMPLETE"}
    figure(f"AvadotProd from nothing, tools built: {record['seconds']:.0f} s")


def test_four_nodes_are_ready(drill: AvadotDrill) -> None:
    """Each zone has one node for services and one with a GPU, ready and of the catalog's size."""
    nodes = list(drill.avadot.client.list(Node))

    assert Counter((labels_of(n)[_ZONE], labels_of(n)[_INSTANCE_TYPE]) for n in nodes) == {
        (zone, kind): 1 for zone in ZONES for kind in ("t3.large", "g4dn.xlarge")
    }
    assert all(_is_ready(node) for node in nodes)


def test_pods_serve_on_the_right_nodes(drill: AvadotDrill) -> None:
    """Twelve service pods serve on CPU nodes, two Audio2Face pods on GPU nodes of their own."""
    kind_of = {name_of(n): labels_of(n)[_INSTANCE_TYPE] for n in drill.avadot.client.list(Node)}
    pods = drill.avadot.ready_pods()

    assert Counter(map(workload_of, pods)) == PODS
    for pod in pods:
        wanted = "g4dn.xlarge" if workload_of(pod) == AUDIO2FACE else "t3.large"
        assert kind_of[spec_of(pod).nodeName or ""] == wanted, name_of(pod)
    for workload in PODS:
        nodes = {spec_of(pod).nodeName for pod in pods if workload_of(pod) == workload}
        assert len(nodes) == 2, f"{workload} is on one node"


def test_nothing_happens_without_a_change(drill: AvadotDrill, figure: Figure) -> None:
    """A second deploy finds no difference, and calls neither kubectl nor the gate."""
    pods, calls = drill.avadot.identities(*PODS), drill.invocations()
    began = time.monotonic()

    drill.checkout.up(STACK).must_succeed()

    figure(f"AvadotProd again, nothing changed: {time.monotonic() - began:.0f} s")
    record = json.loads((drill.checkout.run / "deployed.json").read_text())
    assert record["stacks"] == dict.fromkeys(STACKS)
    assert drill.invocations() == calls
    assert drill.avadot.identities(*PODS) == pods


def test_a_change_of_one_service_touches_that_service_alone(
    drill: AvadotDrill, figure: Figure
) -> None:
    """New limits of one service apply its own manifest and no other, and replace its pods only."""
    others = [workload for workload in PODS if workload != "tarot"]
    before, applied = drill.avadot.identities(*others), drill.applied()
    # Stays, so that what is deployed and what the copy says agree for the drills that follow.
    drill.checkout.edit(ONE_SERVICE_LARGER)
    began = time.monotonic()

    drill.checkout.up(STACK).must_succeed()

    figure(f"one service changed, edit to serving: {time.monotonic() - began:.0f} s")
    assert [name.partition("Objects")[0] for name in drill.applied()[len(applied) :]] == ["tarot"]
    assert drill.avadot.identities(*others) == before
    for pod in drill.avadot.ready_pods("tarot"):
        resources = spec_of(pod).containers[0].resources
        assert resources
        assert (resources.limits or {})["memory"] == f"{ONE_SERVICE_LARGER.value}Mi"


def test_what_does_not_serve_is_said_though_nothing_changed(drill: AvadotDrill) -> None:
    """A Deployment that was changed by hand is none of CloudFormation's business."""
    by_hand = {
        "strategy": {"type": "Recreate", "rollingUpdate": None},
        "template": {"spec": {"nodeSelector": {"disk": "tape"}}},
    }
    patch = json.dumps({"spec": by_hand})
    tarot = ("deployment/tarot", f"--namespace={NAMESPACE}")
    drill.checkout.kubectl("patch", *tarot, f"--patch={patch}").must_succeed()
    until(lambda: not drill.avadot.ready_pods("tarot"), "no pod of tarot is ready")

    for ended in (drill.checkout.up(STACK), drill.checkout.rehearse("status")):
        assert ended.code == 1, ended.output
        assert "ready pods are missing: avadot-prod/tarot 0 of 2" in ended.output

    drill.checkout.kubectl("rollout", "undo", *tarot).must_succeed()
    until(drill.avadot.serves, "everything serves again")


def _is_ready(node: Node) -> bool:
    conditions = (node.status and node.status.conditions) or []
    return any(c.type == "Ready" and c.status == "True" for c in conditions)
