"""How evenly pods must lie over nodes and zones."""

from typing import Any

from tests.plan.capacity.asking import reasons, waiting
from tests.plan.capacity.builder import Document, Group, deployment, pod_spec, taint
from tests.plan.capacity.pieces import spread

_ZONE = "topology.kubernetes.io/zone"


def _spread(pods: int, **fields: Any) -> list[Document]:
    constraint = spread("app", **fields)
    template = pod_spec("900m", topologySpreadConstraints=[constraint])
    return [deployment("app", template, pods)]


def test_pods_that_lie_evenly_wait_once_another_node_is_full() -> None:
    """A node may have one pod more than the one with fewest, here 2 and 3."""
    groups = [Group(size=1), Group(name="large", instance_type="t3.xlarge", size=1)]

    assert waiting(groups, _spread(6)) == {"app": 1}
    assert waiting(groups, _spread(6, maxSkew=2)) == {}
    assert reasons(groups, _spread(6)) == {
        "1 Insufficient cpu, 1 node(s) didn't match pod topology spread constraints"
    }


def test_a_tainted_node_counts_unless_taints_are_honored() -> None:
    """The famous trap: a node that takes no pod holds all others at one pod more than none."""
    groups = [Group(size=1), Group(name="closed", size=1, taints=[taint("closed")])]

    assert waiting(groups, _spread(2)) == {"app": 1}
    assert waiting(groups, _spread(2, nodeTaintsPolicy="Honor")) == {}


def test_nodes_that_a_pod_does_not_choose_count_only_where_asked_for() -> None:
    """By default only nodes that the pod selects take part."""
    groups = [Group(size=1, labels={"mine": "yes"}), Group(name="other", size=1)]

    def left(**fields: Any) -> dict[str, int]:
        constraint = spread("app", **fields)
        template = pod_spec(
            "100m", topologySpreadConstraints=[constraint], nodeSelector={"mine": "yes"}
        )
        return waiting(groups, [deployment("app", template, 2)])

    assert left() == {}
    assert left(nodeAffinityPolicy="Ignore") == {"app": 1}


def test_a_node_without_the_label_takes_no_pod_that_is_spread_by_it() -> None:
    """The label must be there."""
    assert reasons([Group(size=1)], _spread(1, topologyKey="rack")) == {
        "1 node(s) didn't match pod topology spread constraints (missing required label)"
    }


def test_a_wish_for_evenness_keeps_nobody_waiting() -> None:
    """`ScheduleAnyway` only decides between nodes."""
    groups = [Group(size=1), Group(name="closed", size=1, taints=[taint("closed")])]

    assert waiting(groups, _spread(2, whenUnsatisfiable="ScheduleAnyway")) == {}
