"""Clusters that add nodes for pods that wait."""

from plan.capacity import CapacityVerdict, as_lines, capacity_of
from plan.capacity.findings import AtMaximum, AtMinimum, NodeMissing, ReleaseOfAll, ZoneMissing
from tests.plan.capacity.builder import (
    GENERAL,
    NAMESPACE,
    SPOT,
    ZONES,
    Group,
    analyser,
    capacity,
    cluster,
    deployment,
    found_of,
    nodes,
    pod_spec,
    scaled,
    workload,
)


def test_a_pool_stays_at_zero_without_pods() -> None:
    """Nobody waits, so nobody pays."""
    finding = found_of(capacity(analyser("1"), scaled(5)), AtMinimum())

    assert finding.verdict is CapacityVerdict.FITS
    assert nodes(finding) == 0
    assert finding.pods == 0


def test_nodes_come_for_pods_as_many_as_these_need() -> None:
    """Five pods of 1 CPU take two nodes of 3920m, as three fit on each."""
    finding = found_of(capacity(analyser("1"), scaled(5)), AtMaximum())

    assert finding.verdict is CapacityVerdict.FITS
    assert nodes(finding) == 2


def test_a_group_does_not_grow() -> None:
    """It may have five nodes, and nobody makes them."""
    spot = Group(name="spot", size=0, maximum=5, labels=SPOT.labels)
    (found,) = capacity_of(cluster((GENERAL, spot), (analyser("1"), scaled(5))))

    assert found_of(found, AtMaximum()).fewest_waiting == 5
    assert NodeMissing("spot", at_maximum=True) not in [one.scenario for one in found.findings]


def test_a_pool_grows_no_further_than_its_limit() -> None:
    """Six pods that fill a node each find five."""
    finding = found_of(capacity(analyser("3"), scaled(6)), AtMaximum())

    assert nodes(finding) == 5
    assert (finding.fewest_waiting, finding.most_waiting) == (1, 1)


def test_a_pod_that_fits_no_node_of_the_pool_starts_none() -> None:
    """Of several types the smallest counts, for Karpenter may start it."""
    finding = found_of(capacity(analyser("4"), scaled(1)), AtMaximum())

    assert nodes(finding) == 0
    assert finding.most_waiting == 1


def test_pods_that_do_not_tolerate_the_pool_start_no_node() -> None:
    """The taint keeps them off new nodes as well."""
    stranger = deployment("stranger", pod_spec("1", nodeSelector={"workload": "ml"}))
    finding = found_of(capacity(stranger), AtMinimum())

    assert nodes(finding) == 0
    assert finding.most_waiting == 1


def test_what_runs_on_every_node_takes_its_part_of_new_ones() -> None:
    """With 1 CPU for a DaemonSet two pods of 1 CPU are left beside it, and three nodes needed."""
    agent = workload("DaemonSet", "agent", pod_spec("1", tolerations=[{"operator": "Exists"}]))
    finding = found_of(capacity(agent, analyser("1"), scaled(5)), AtMaximum())

    assert finding.verdict is CapacityVerdict.FITS
    assert nodes(finding) == 3


def test_a_spot_node_taken_away_is_made_up_for_below_the_maximum() -> None:
    """With room to grow its pods go on elsewhere, on four nodes of five."""
    found = capacity(analyser("3"), scaled(4))

    finding = found_of(found, NodeMissing("spot", at_maximum=True))
    assert finding.verdict is CapacityVerdict.FITS
    assert nodes(finding) == 4


def test_a_spot_node_taken_away_at_the_maximum_is_missing() -> None:
    """There may be no other of its kind to be had."""
    found = capacity(analyser("3"), scaled(5))

    finding = found_of(found, NodeMissing("spot", at_maximum=True))
    assert (finding.fewest_waiting, finding.most_waiting, nodes(finding)) == (1, 1, 4)


def test_a_lost_zone_is_made_up_for_in_the_other_one() -> None:
    """Karpenter starts nodes where they can be had."""
    general = Group(name="general", size=2, maximum=2)
    found = capacity(analyser("3"), scaled(5), groups=(general,))

    finding = found_of(found, ZoneMissing(ZONES[0], at_maximum=True))
    assert finding.verdict is CapacityVerdict.FITS
    assert nodes(finding) == 5


def test_new_nodes_go_to_the_zone_with_the_fewest() -> None:
    """Of four nodes a zone has two, so that each loses as many."""
    spread = {
        "maxSkew": 1,
        "topologyKey": "topology.kubernetes.io/zone",
        "whenUnsatisfiable": "DoNotSchedule",
        "labelSelector": {"matchLabels": {"app": "analyser"}},
    }
    pods = analyser("3", topologySpreadConstraints=[spread])
    finding = found_of(capacity(pods, scaled(4)), AtMaximum())

    assert finding.verdict is CapacityVerdict.FITS
    assert nodes(finding) == 4


def test_a_release_at_zero_has_no_pod_to_replace() -> None:
    """And one at the maximum gets a node more while old and new run."""
    found = capacity(analyser("3"), scaled(4))

    assert nodes(found_of(found, ReleaseOfAll(at_maximum=False))) == 0
    at_maximum = found_of(found, ReleaseOfAll(at_maximum=True))
    assert (at_maximum.verdict, nodes(at_maximum)) == (CapacityVerdict.FITS, 5)


def test_the_number_of_nodes_is_told_where_it_varies() -> None:
    """A reader sees what would be paid for."""
    lines = list(as_lines([capacity(analyser("1"), scaled(5))]))

    (line,) = [line for line in lines if "all pods at autoscaler maximum" in line]
    assert "spot (2 nodes) " in line


def test_pods_beyond_a_quota_start_no_node() -> None:
    """Nobody waits who may not be."""
    quota = {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": "share", "namespace": NAMESPACE},
        "spec": {"hard": {"pods": "2"}},
    }
    finding = found_of(capacity(analyser("3"), scaled(5), quota), AtMaximum())

    assert nodes(finding) == 2
    assert (finding.fewest_waiting, finding.most_waiting) == (3, 3)
