"""Clusters that add nodes for pods that wait."""

from typing import Any

from plan.assembly import Assembly
from plan.capacity import ClusterCapacity, Finding, Scenario, Verdict, as_lines, capacity_of
from plan.capacity.findings import (
    AtMaximum,
    AtMinimum,
    NodeMissing,
    ReleaseOfAll,
    ZoneMissing,
)
from tests.plan.capacity.builder import (
    NAMESPACE,
    ZONES,
    Document,
    Group,
    deployment,
    pod_spec,
    stack,
    taint,
    workload,
)
from tests.plan.capacity.builder import cluster as fixed

_SPOT = Group(
    name="spot",
    instance_type="c5.xlarge",
    size=0,
    maximum=5,
    labels={"workload": "ml"},
    taints=[taint("workload", "ml")],
)
"""3920m of CPU on each node."""
_GENERAL = Group(name="general", size=1, maximum=1, zones=ZONES[:1])


def _analyser(cpu: str, **spec: Any) -> Document:
    """Return a Deployment that only nodes of the spot group take."""
    pods = pod_spec(
        cpu,
        nodeSelector={"workload": "ml"},
        tolerations=[{"key": "workload", "value": "ml", "effect": "NoSchedule"}],
        **spec,
    )
    return workload("Deployment", "analyser", pods)


def _scaled(maximum: int, **spec: object) -> Document:
    """Return what scales it from zero."""
    return {
        "apiVersion": "keda.sh/v1alpha1",
        "kind": "ScaledObject",
        "metadata": {"name": "analyser-scaler", "namespace": NAMESPACE},
        "spec": {"scaleTargetRef": {"name": "analyser"}, "maxReplicaCount": maximum, **spec},
    }


def _growing(*objects: Document, groups: tuple[Group, ...] = (_GENERAL, _SPOT)) -> Assembly:
    """Return a cluster with the chart of the cluster autoscaler in it."""
    whole = fixed(groups, objects)
    resources = {
        name: {"Type": one.type, "Properties": dict(one.properties)}
        for name, one in whole.stacks[0].resources.items()
    }
    chart = {
        "ClusterName": {"Ref": "Cluster"},
        "Release": "cluster-autoscaler",
        "Chart": "cluster-autoscaler",
    }
    return stack(
        resources | {"Scaler": {"Type": "Custom::AWSCDK-EKS-HelmChart", "Properties": chart}}
    )


def _capacity(*objects: Document, **others: tuple[Group, ...]) -> ClusterCapacity:
    (found,) = capacity_of(_growing(*objects, **others))
    return found


def _of(found: ClusterCapacity, scenario: Scenario) -> Finding:
    (finding,) = (one for one in found.findings if one.scenario == scenario)
    return finding


def _nodes(finding: Finding, group: str = "spot") -> int:
    (room,) = (room for room in finding.room if room.group == group)
    return room.nodes


def test_a_group_at_zero_stays_there_without_pods() -> None:
    """Nobody waits, so nobody pays."""
    finding = _of(_capacity(_analyser("1"), _scaled(5)), AtMinimum())

    assert finding.verdict is Verdict.FITS
    assert _nodes(finding) == 0
    assert finding.pods == 1, "only the autoscaler's own"


def test_nodes_come_for_pods_as_many_as_these_need() -> None:
    """Five pods of 1 CPU take two nodes of 3920m, as three fit on each."""
    finding = _of(_capacity(_analyser("1"), _scaled(5)), AtMaximum())

    assert finding.verdict is Verdict.FITS
    assert _nodes(finding) == 2


def test_a_cluster_without_an_autoscaler_leaves_them_waiting() -> None:
    """The group may have five nodes, and nobody makes them."""
    (found,) = capacity_of(fixed((_GENERAL, _SPOT), (_analyser("1"), _scaled(5))))

    assert _of(found, AtMaximum()).fewest_waiting == 5
    assert NodeMissing("spot", at_maximum=True) not in [one.scenario for one in found.findings]


def test_a_group_grows_no_further_than_its_maximum() -> None:
    """Six pods that fill a node each find five."""
    finding = _of(_capacity(_analyser("3"), _scaled(6)), AtMaximum())

    assert _nodes(finding) == 5
    assert (finding.fewest_waiting, finding.most_waiting) == (1, 1)


def test_a_pod_that_fits_no_node_of_the_group_starts_none() -> None:
    """Of several spot types the smallest counts, for AWS may give it."""
    finding = _of(_capacity(_analyser("4"), _scaled(1)), AtMaximum())

    assert _nodes(finding) == 0
    assert finding.most_waiting == 1


def test_pods_that_do_not_tolerate_the_group_start_no_node() -> None:
    """The taint keeps them off new nodes as well."""
    stranger = deployment("stranger", pod_spec("1", nodeSelector={"workload": "ml"}))
    finding = _of(_capacity(stranger), AtMinimum())

    assert _nodes(finding) == 0
    assert finding.most_waiting == 1


def test_what_runs_on_every_node_takes_its_part_of_new_ones() -> None:
    """With 1 CPU for a DaemonSet two pods of 1 CPU are left beside it, and three nodes needed."""
    agent = workload("DaemonSet", "agent", pod_spec("1", tolerations=[{"operator": "Exists"}]))
    finding = _of(_capacity(agent, _analyser("1"), _scaled(5)), AtMaximum())

    assert finding.verdict is Verdict.FITS
    assert _nodes(finding) == 3


def test_a_spot_node_taken_away_is_made_up_for_below_the_maximum() -> None:
    """With room to grow its pods go on elsewhere, on four nodes of five."""
    found = _capacity(_analyser("3"), _scaled(4))

    finding = _of(found, NodeMissing("spot", at_maximum=True))
    assert finding.verdict is Verdict.FITS
    assert _nodes(finding) == 4


def test_a_spot_node_taken_away_at_the_maximum_is_missing() -> None:
    """There may be no other of its kind to be had."""
    found = _capacity(_analyser("3"), _scaled(5))

    finding = _of(found, NodeMissing("spot", at_maximum=True))
    assert (finding.fewest_waiting, finding.most_waiting, _nodes(finding)) == (1, 1, 4)


def test_a_lost_zone_is_made_up_for_in_the_other_one() -> None:
    """A scaling group starts all its nodes where they can be had."""
    general = Group(name="general", size=2, maximum=2)
    found = _capacity(_analyser("3"), _scaled(5), groups=(general, _SPOT))

    finding = _of(found, ZoneMissing(ZONES[0], at_maximum=True))
    assert finding.verdict is Verdict.FITS
    assert _nodes(finding) == 5


def test_new_nodes_go_to_the_zone_with_the_fewest() -> None:
    """Of four nodes a zone has two, so that each loses as many."""
    spread = {
        "maxSkew": 1,
        "topologyKey": "topology.kubernetes.io/zone",
        "whenUnsatisfiable": "DoNotSchedule",
        "labelSelector": {"matchLabels": {"app": "analyser"}},
    }
    pods = _analyser("3", topologySpreadConstraints=[spread])
    finding = _of(_capacity(pods, _scaled(4)), AtMaximum())

    assert finding.verdict is Verdict.FITS
    assert _nodes(finding) == 4


def test_a_release_at_zero_has_no_pod_to_replace() -> None:
    """And one at the maximum gets a node more while old and new run."""
    found = _capacity(_analyser("3"), _scaled(4))

    assert _nodes(_of(found, ReleaseOfAll(at_maximum=False))) == 0
    at_maximum = _of(found, ReleaseOfAll(at_maximum=True))
    assert (at_maximum.verdict, _nodes(at_maximum)) == (Verdict.FITS, 5)


def test_the_number_of_nodes_is_told_where_it_varies() -> None:
    """A reader sees what would be paid for."""
    lines = list(as_lines([_capacity(_analyser("1"), _scaled(5))]))

    (line,) = [line for line in lines if "all pods at autoscaler maximum" in line]
    assert "spot (2 nodes) " in line
