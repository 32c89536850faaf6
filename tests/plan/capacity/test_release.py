"""Releases: new pods beside the old ones, or in their place."""

from typing import Any

from plan.capacity import CapacityVerdict, capacity_of
from plan.capacity.findings import ReleaseOfAll, WorkloadRelease
from plan.capacity.scenarios import Trial
from plan.model.clusters import clusters
from plan.model.workloads import Rolling
from tests.plan.capacity.builder import (
    Document,
    Group,
    autoscaler,
    claim_spec,
    cluster,
    deployment,
    finding,
    job,
    near,
    pod_spec,
    required,
    spread,
    storage_class,
    waiting,
    workload,
)

_ONE = [Group(size=1)]
_APP = WorkloadRelease("Deployment case/app")
_ALL = ReleaseOfAll(at_maximum=False)


def _rolling(surge: int | str, unavailable: int | str) -> Document:
    figures = {"maxSurge": surge, "maxUnavailable": unavailable}
    return {"strategy": {"type": "RollingUpdate", "rollingUpdate": figures}}


def test_a_release_needs_room_for_its_surge() -> None:
    """Three pods of four fit beside another; the last one hangs for ever."""
    roomy = deployment("app", pod_spec("480m"), 3, **_rolling(1, 0))
    tight = deployment("app", pod_spec("480m"), 4, **_rolling(1, 0))

    assert waiting(_ONE, [roomy], _APP) == {}
    assert waiting(_ONE, [tight], _APP) == {"app": 1}


def test_a_release_that_may_lack_a_pod_needs_no_room() -> None:
    """With an old pod gone first, its place is the new one's."""
    app = deployment("app", pod_spec("480m"), 4, **_rolling(0, 1))
    found = finding(_ONE, [app], _APP)

    assert found.verdict is CapacityVerdict.FITS


def test_old_pods_of_blue_green_keep_their_room_until_all_new_ones_have_theirs() -> None:
    """Three of four fit: the new pod that has a place frees none for the other one."""
    strategy = {"blueGreen": {"activeService": "app"}}
    app = workload("Rollout", "app", pod_spec("640m"), replicas=2, strategy=strategy)
    release = WorkloadRelease("Rollout case/app")

    assert waiting(_ONE, [app], release) == {"app": 1}
    assert waiting([Group(size=2)], [app], release) == {}


def test_a_quarter_may_surge_and_a_quarter_may_be_missing() -> None:
    """Without a strategy the surge is rounded up and what may be missing is rounded down."""
    three = deployment("app", pod_spec("640m"), 3)
    four = deployment("app", pod_spec("480m"), 4)

    assert waiting(_ONE, [three], _APP) == {"app": 1}
    assert waiting(_ONE, [four], _APP) == {}


def test_a_release_that_may_do_neither_lacks_a_pod() -> None:
    """Where both come to nothing, Kubernetes lets one pod be missing."""
    assert Rolling(surge=0, unavailable="10%").of(4) == (0, 1)


def test_recreated_pods_need_no_room() -> None:
    """All old pods are gone before the first new one comes."""
    app = deployment("app", pod_spec("480m"), 4, strategy={"type": "Recreate"})
    found = finding(_ONE, [app], _APP)

    assert (found.most_waiting, found.most_waiting_meanwhile) == (0, 0)


def test_pods_that_wait_for_one_another_are_no_fault() -> None:
    """Two services share room for one more pod: one waits for the other, and both come through."""
    objects = [deployment(name, pod_spec("480m"), 1, **_rolling(1, 0)) for name in ("one", "two")]
    other = deployment("other", pod_spec("480m"))
    found = finding(_ONE, [*objects, other], _ALL)

    assert found.verdict is CapacityVerdict.FITS
    assert found.most_waiting_meanwhile > 0


def test_one_service_may_be_released_where_all_at_once_hang() -> None:
    """Each scenario has its own answer, and a release touches nothing else."""
    first = deployment("app", pod_spec("600m"), 1, **_rolling(1, 0))
    second = deployment("two", pod_spec("700m"), 1, **_rolling(1, 0))

    assert waiting(_ONE, [first, second], _APP) == {}
    assert waiting(_ONE, [first, second], WorkloadRelease("Deployment case/two")) == {"two": 1}


def test_a_release_at_the_maximum_has_less_room() -> None:
    """What fits while autoscalers are at their minimum may hang at their maximum."""
    app = deployment("app", pod_spec("480m"), 2, **_rolling(1, 0))
    objects = [app, autoscaler("app", 2, 4)]

    assert waiting(_ONE, objects, ReleaseOfAll(at_maximum=False)) == {}
    assert waiting(_ONE, objects, ReleaseOfAll(at_maximum=True)) == {"app": 1}


def test_new_pods_are_spread_among_themselves() -> None:
    """Where only pods of one revision count, each node needs room beside its old pod."""
    groups = [Group(size=1), Group(name="large", instance_type="t3.xlarge", size=1)]

    def left(**fields: Any) -> dict[str, int]:
        template = pod_spec("1200m", topologySpreadConstraints=[spread("app", **fields)])
        return waiting(groups, [deployment("app", template, 2, **_rolling(1, 0))], _APP)

    assert left() == {}
    assert left(matchLabelKeys=["pod-template-hash"]) == {"app": 1}


def test_new_pods_may_keep_apart_from_one_another_only() -> None:
    """A rule that also means old pods needs a node for the surge; one by revision does not."""

    def left(**fields: Any) -> dict[str, int]:
        apart = required("podAntiAffinity", near("app") | fields)
        return waiting(_ONE, [deployment("app", pod_spec("1m", **apart), **_rolling(1, 0))], _APP)

    assert left() == {"app": 1}
    assert left(matchLabelKeys=["pod-template-hash"]) == {}


def test_add_ons_are_no_part_of_a_release() -> None:
    """Only what the release brings is replaced: DNS has no room for a third pod here."""
    filling = job("filling", pod_spec("1700m", priorityClassName="system-node-critical"))
    objects = [deployment("app", pod_spec("10m")), filling]
    (found,) = capacity_of(cluster(_ONE, objects, ["coredns"]))
    (finding,) = (one for one in found.findings if one.scenario == _ALL)

    assert finding.verdict is CapacityVerdict.FITS


def test_a_stateful_set_replaces_its_pods_in_place() -> None:
    """Each new pod finds the place, and the volume, of the old one."""
    own = {"metadata": {"name": "data"}, "spec": claim_spec()}
    app = workload("StatefulSet", "app", pod_spec("965m"), replicas=2, volumeClaimTemplates=[own])

    assert waiting(_ONE, [storage_class(), app], WorkloadRelease("StatefulSet case/app")) == {}


def test_a_stateful_set_may_keep_some_pods_as_they_are() -> None:
    """Below the partition nothing is replaced."""
    update = {"updateStrategy": {"rollingUpdate": {"partition": 1}}}
    app = workload("StatefulSet", "app", pod_spec("1m"), replicas=3, **update)
    (whole,) = clusters(cluster(_ONE, [app]))
    scheduler = Trial(whole, 0).play(WorkloadRelease("StatefulSet case/app")).scheduler
    released = whole.workloads[0].released

    assert sorted(pod.name for pod in scheduler.cluster.where if pod.template is released) == [
        *("app-1", "app-2")
    ]


def test_what_is_not_replaced_by_a_release_is_no_scenario() -> None:
    """Jobs, DaemonSets and StatefulSets that are told to stay have no release."""
    staying = {"updateStrategy": {"type": "OnDelete"}}
    objects = [
        workload("StatefulSet", "app", pod_spec("1m"), replicas=1, **staying),
        workload("DaemonSet", "daemon", pod_spec("1m")),
        deployment("web", pod_spec("1m")),
    ]
    (found,) = capacity_of(cluster(_ONE, objects))
    released = [one.scenario for one in found.findings if isinstance(one.scenario, WorkloadRelease)]

    assert released == [WorkloadRelease("Deployment case/web")]
