"""Which of several nodes a pod gets."""

from random import Random

from plan.capacity.cluster_state import ClusterState
from plan.capacity.scheduler import Scheduler
from plan.model.clusters import clusters
from tests.plan.capacity.builder import (
    Document,
    Group,
    cluster,
    deployment,
    job,
    near,
    pod_spec,
    spread,
    taint,
)

_SOFTLY = "preferredDuringSchedulingIgnoredDuringExecution"
_TWO = [Group(name="left", size=1), Group(name="right", size=1)]


def _places(groups: list[Group], *objects: Document) -> list[set[str]]:
    """Place workloads one after the other in several draws; return the nodes of the last one."""
    (whole,) = clusters(cluster(groups, objects))
    drawn = []
    for number in range(12):
        nodes = [node for group in whole.groups for node in group.nodes(group.desired)]
        draw = Random(number)  # noqa: S311 - the same draws in every run
        scheduler = Scheduler(ClusterState(nodes), draw, by_priority=False)
        for one in whole.workloads:
            scheduler.submit(one.pods(0, one.minimum))
            scheduler.settle()
        last = whole.workloads[-1].key
        where = scheduler.cluster.where
        drawn.append({place.node.name for pod, place in where.items() if pod.workload == last})
    return drawn


def _always(groups: list[Group], *objects: Document) -> set[str]:
    first, *others = _places(groups, *objects)
    assert all(other == first for other in others)
    return first


def test_equally_good_nodes_are_drawn() -> None:
    """Nobody knows which of two alike a pod gets."""
    places = _places(_TWO, deployment("app", pod_spec("100m")))

    assert {"left-1"} in places
    assert {"right-1"} in places


def test_the_node_with_more_room_is_better() -> None:
    """The smaller the share of its CPU and memory that is taken, the better."""
    on_left = {"nodeSelector": {"eks.amazonaws.com/nodegroup": "left"}}
    there = deployment("there", pod_spec("193m", "684Mi", **on_left))

    assert _always(_TWO, there, job("app", pod_spec("193m", "684Mi"))) == {"right-1"}


def test_pods_without_requests_do_not_heap_up() -> None:
    """Each counts as a little CPU and memory."""
    assert _always(_TWO, job("app", pod_spec(), parallelism=2)) == {"left-1", "right-1"}


def test_a_node_is_better_where_cpu_and_memory_stay_in_balance() -> None:
    """Next to a pod that wants memory there is the better place for one that wants CPU."""
    on_left = {"nodeSelector": {"eks.amazonaws.com/nodegroup": "left"}}
    on_right = {"nodeSelector": {"eks.amazonaws.com/nodegroup": "right"}}
    objects = [
        deployment("memory", pod_spec("10m", "3400Mi", **on_left)),
        deployment("cpu", pod_spec("960m", "35Mi", **on_right)),
        deployment("app", pod_spec("900m", "35Mi")),
    ]

    assert _always(_TWO, *objects) == {"left-1"}


def test_a_taint_that_prefers_is_avoided() -> None:
    """Even where the other node has less room."""
    groups = [
        Group(name="open", size=1),
        Group(
            name="large",
            instance_type="t3.xlarge",
            size=1,
            taints=[taint("rare", effect="PREFER_NO_SCHEDULE")],
        ),
    ]

    assert _always(groups, deployment("app", pod_spec("1"))) == {"open-1"}


def test_a_preferred_node_is_better() -> None:
    """The more weight its terms have, the better."""
    terms = [
        {
            "weight": weight,
            "preference": {
                "matchExpressions": [
                    {"key": "eks.amazonaws.com/nodegroup", "operator": "In", "values": [name]}
                ]
            },
        }
        for weight, name in ((10, "left"), (90, "right"))
    ]
    template = pod_spec("100m", affinity={"nodeAffinity": {_SOFTLY: terms}})

    assert _always(_TWO, deployment("app", template)) == {"right-1"}


def test_pods_of_one_service_are_spread_without_being_told() -> None:
    """A Deployment's pods go to different nodes, though one has far more room."""
    groups = [Group(name="small", size=1), Group(name="large", instance_type="t3.xlarge", size=1)]

    assert _always(groups, deployment("app", pod_spec("100m"), 2)) == {"small-1", "large-1"}


def test_a_wish_for_evenness_is_followed() -> None:
    """With `ScheduleAnyway` a pod goes where its like are fewest."""
    soft = spread("app", whenUnsatisfiable="ScheduleAnyway")
    template = pod_spec("100m", topologySpreadConstraints=[soft])

    assert _always(_TWO, deployment("app", template, 2)) == {"left-1", "right-1"}


def test_wished_neighbours_draw_and_unwished_ones_drive_away() -> None:
    """Preferred pod affinity counts for the new pod's terms and for those of running ones."""
    friend = deployment(
        "friend", pod_spec("10m", nodeSelector={"eks.amazonaws.com/nodegroup": "left"})
    )

    def wishing(kind: str, whom: str) -> Document:
        term = {"weight": 100, "podAffinityTerm": near(whom)}
        return pod_spec("10m", affinity={kind: {_SOFTLY: [term]}})

    assert _always(_TWO, friend, deployment("app", wishing("podAffinity", "friend"))) == {"left-1"}
    assert _always(_TWO, friend, deployment("app", wishing("podAntiAffinity", "friend"))) == {
        "right-1"
    }
    hater = wishing("podAntiAffinity", "app") | {
        "nodeSelector": {"eks.amazonaws.com/nodegroup": "left"}
    }
    full = pod_spec("300m", nodeSelector={"eks.amazonaws.com/nodegroup": "right"})
    objects = [deployment("hater", hater), deployment("full", full)]
    assert _always(_TWO, *objects, deployment("app", pod_spec("10m"))) == {"right-1"}


def test_a_service_spreads_what_it_selects() -> None:
    """Also pods whose controller says nothing of it, as a Job's."""
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "app", "namespace": "case"},
        "spec": {"selector": {"app": "app"}},
    }
    groups = [Group(name="small", size=1), Group(name="large", instance_type="t3.xlarge", size=1)]
    app = job("app", pod_spec("500m", "1Gi"), parallelism=2)

    assert _always(groups, app) == {"large-1"}
    assert _always(groups, service, app) == {"small-1", "large-1"}
