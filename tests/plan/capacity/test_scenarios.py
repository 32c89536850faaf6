"""Sizes, lost nodes and zones, and what depends on the order."""

from plan.capacity import CapacityVerdict, capacity_of
from plan.capacity.findings import (
    AtMaximum,
    AtMinimum,
    GroupsAtMaximum,
    NodeMissing,
    ReleaseOfAll,
    ZoneMissing,
)
from tests.plan.capacity.builder import (
    ZONES,
    Document,
    Group,
    autoscaler,
    cluster,
    deployment,
    finding,
    pod_spec,
    spread,
    waiting,
    workload,
)

_TWO = [Group(size=2)]


def test_autoscalers_decide_how_many_pods_there_are() -> None:
    """From their minimum to their maximum, whatever the Deployment says."""
    objects = [deployment("app", pod_spec("900m"), 9), autoscaler("app", 2, 5)]

    assert finding(_TWO, objects, AtMinimum()).pods == 2
    assert finding(_TWO, objects, AtMaximum()).pods == 5
    assert waiting(_TWO, objects, AtMaximum()) == {"app": 1}


def test_node_groups_may_grow() -> None:
    """At their maximum they hold what they cannot at the size they ask for."""
    groups = [Group(size=1, maximum=2)]
    objects = [deployment("app", pod_spec("900m"), 2), autoscaler("app", 2, 4)]

    assert waiting(groups, objects, AtMaximum()) == {"app": 2}
    assert waiting(groups, objects, GroupsAtMaximum()) == {}


def test_scenarios_that_cannot_be_are_left_out() -> None:
    """No group that grows, no release without a workload, no node missing where there is none."""
    (found,) = capacity_of(cluster([Group(size=0, maximum=0)], []))

    assert [one.scenario for one in found.findings] == [AtMinimum(), AtMaximum()]


def test_pods_of_a_missing_node_look_for_another_place() -> None:
    """What has room elsewhere moves; what has none waits, and the node is gone."""
    objects = [deployment("app", pod_spec("600m"), 4)]
    found = finding(_TWO, objects, NodeMissing("cpu"))

    assert waiting(_TWO, objects, NodeMissing("cpu")) == {"app": 1}
    assert (found.headroom[0].nodes, found.pods) == (1, 4)
    assert found.shortages[0].reasons == ("0/1 nodes are available: 1 Insufficient cpu.",)


def test_each_node_of_a_group_may_be_the_missing_one() -> None:
    """Where only one of them matters, the verdict depends on which it is."""
    chosen: Document = {"nodeSelector": {"topology.kubernetes.io/zone": ZONES[1]}}
    found = finding(_TWO, [deployment("app", pod_spec("1m", **chosen))], NodeMissing("cpu"))

    assert found.verdict is CapacityVerdict.DEPENDS


def test_a_missing_node_takes_its_daemons_along() -> None:
    """Pods that belong to the node are not missed, also those that never fitted it."""
    daemon = workload("DaemonSet", "daemon", pod_spec("2"))
    small = workload("DaemonSet", "small", pod_spec("100m"))

    assert waiting(_TWO, [daemon, small], NodeMissing("cpu")) == {"daemon": 1}


def test_a_silent_zone_still_counts_for_evenness() -> None:
    """Its nodes stay registered: they hold others at one pod more than none, unless ignored."""

    def left(scenario: NodeMissing | ZoneMissing, **fields: str) -> dict[str, int]:
        template = pod_spec("100m", topologySpreadConstraints=[spread("app", **fields)])
        return waiting(_TWO, [deployment("app", template, 2)], scenario)

    assert left(ZoneMissing(ZONES[0])) == {"app": 1}
    assert left(ZoneMissing(ZONES[0]), nodeTaintsPolicy="Honor") == {}
    assert left(NodeMissing("cpu")) == {}


def test_a_silent_zone_keeps_its_daemons_and_offers_nothing() -> None:
    """Pods of DaemonSets stay where they are; what is left there cannot be had."""
    daemon = workload("DaemonSet", "daemon", pod_spec("100m"))
    found = finding(_TWO, [daemon], ZoneMissing(ZONES[0]))

    assert found.verdict is CapacityVerdict.FITS
    assert (found.pods, found.headroom[0].nodes, found.headroom[0].cpu_milli) == (2, 1, 1830)


def test_a_verdict_that_hangs_on_the_order_is_no_verdict() -> None:
    """A large pod fits only if the small ones leave it a node."""
    groups = [Group(size=1), Group(name="other", size=1)]
    soft: Document = {
        "topologySpreadConstraints": [spread("small", whenUnsatisfiable="ScheduleAnyway")]
    }
    objects = [
        deployment("small", pod_spec("100m", **soft), 1),
        deployment("large", pod_spec("1900m"), 2),
    ]
    found = finding(groups, objects)

    assert found.verdict is CapacityVerdict.SHORT
    assert not found.is_certain


def test_fits_or_not_may_depend_on_the_order() -> None:
    """Then the plan says so instead of guessing."""
    big = deployment("big", pod_spec("1300m"))
    small = deployment("small", pod_spec("700m"), 2)
    found = finding(_TWO, [small, big])

    assert found.verdict is CapacityVerdict.DEPENDS
    assert (found.fewest_waiting, found.most_waiting) == (0, 1)


def test_what_loses_the_largest_share_stops_first() -> None:
    """A service without any pod stands before one that lacks some."""
    objects = [
        deployment("large", pod_spec("3")),
        deployment("many", pod_spec("700m", priorityClassName="system-node-critical"), 5),
    ]
    found = finding(_TWO, objects)

    assert [(one.workload, one.stops) for one in found.shortages] == [
        ("Deployment case/large", True),
        ("Deployment case/many", False),
    ]
    assert found.stops_first == "large"


def test_pods_of_add_ons_take_room() -> None:
    """What the catalog knows of an add-on is placed; one it does not know is named."""
    (found,) = capacity_of(cluster(_TWO, [], ["vpc-cni", "coredns", "unheard-of"]))

    assert found.findings[0].pods == 4
    assert found.findings[0].headroom[0].cpu_milli == 2 * 1930 - 2 * 50 - 2 * 100
    assert found.uncounted == ("unheard-of",)


def test_pods_of_add_ons_push_others_aside() -> None:
    """They are critical for the cluster, and have their room first."""
    (found,) = capacity_of(
        cluster([Group(size=1)], [deployment("app", pod_spec("1800m"))], ["coredns"])
    )

    assert [(one.service, one.most) for one in found.findings[0].shortages] == [("app", 1)]


def test_a_release_leaves_add_ons_alone() -> None:
    """They are not part of it: without a workload of one's own there is no release."""
    (found,) = capacity_of(cluster(_TWO, [], ["coredns"]))

    assert not any(isinstance(one.scenario, ReleaseOfAll) for one in found.findings)
