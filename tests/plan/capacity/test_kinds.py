"""What makes pods, and which of it is placed."""

import pytest

from plan.capacity import CapacityVerdict, ClusterCapacity, capacity_of
from plan.capacity.findings import (
    AtMaximum,
    AtMinimum,
    NodeMissing,
    ReleaseOfAll,
    Scenario,
    WorkloadRelease,
)
from tests.plan.capacity.builder import (
    NAMESPACE,
    Document,
    Group,
    autoscaler,
    cluster,
    deployment,
    job,
    near,
    node_affinity,
    pod_spec,
    required,
    spread,
    workload,
)

_POD = pod_spec("1")
_STEP = {"name": "step", "container": {"image": "case/pod"}}
_TEMPLATE = {"spec": _POD}


def _object(kind: str, api_version: str, **spec: object) -> Document:
    metadata = {"name": "it", "namespace": NAMESPACE}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, "spec": spec}


def _capacity(*objects: Document, size: int = 2) -> ClusterCapacity:
    (found,) = capacity_of(cluster([Group(size=size)], objects))
    return found


def _pods(found: ClusterCapacity, scenario: Scenario) -> int:
    (finding,) = [one for one in found.findings if one.scenario == scenario]
    return finding.pods


@pytest.mark.parametrize(
    "made",
    [
        _object("Workflow", "argoproj.io/v1alpha1", templates=[_STEP]),
        _object("WorkflowTemplate", "argoproj.io/v1alpha1", templates=[_STEP]),
        _object(
            "WorkflowTemplate",
            "argoproj.io/v1alpha1",
            templates=[{"name": "step", "script": {"image": "case/pod", "source": "true"}}],
        ),
        _object("CronWorkflow", "argoproj.io/v1alpha1", workflowSpec={"templates": [_STEP]}),
        _object("ScaledJob", "keda.sh/v1alpha1", jobTargetRef={"template": _TEMPLATE}),
        _object("RayCluster", "ray.io/v1", workerGroupSpecs=[{"template": _TEMPLATE}]),
        _object("ReplicaSet", "apps/v1", template=_TEMPLATE),
        _object("Pod", "v1", **_POD),
    ],
    ids=lambda made: made["kind"],
)
def test_what_may_make_pods_and_is_not_placed_is_named(made: Document) -> None:
    """Nobody is told that all pods fit while some are in no scenario."""
    found = _capacity(made)

    assert found.uncounted == (f"{made['kind']} it",)
    assert not found.findings[0].pods


def test_what_only_talks_of_containers_is_not_named() -> None:
    """The schema of a definition, and a metric of one container, make no pod."""
    schema = {"properties": {"containers": {"type": "array"}, "container": {"type": "object"}}}
    metric = {"type": "ContainerResource", "containerResource": {"container": "main"}}

    assert not _capacity(
        _object("CustomResourceDefinition", "apiextensions.k8s.io/v1", schema=schema),
        _object("Made", "case/v1", metrics=[metric]),
    ).uncounted


def test_a_rollout_is_placed_and_scaled_as_a_deployment_is() -> None:
    """Argo's controller makes ReplicaSets of it."""
    scaler = autoscaler("shop", 2, 3)
    scaler["spec"]["scaleTargetRef"]["kind"] = "Rollout"
    found = _capacity(workload("Rollout", "shop", _POD), scaler, size=3)

    assert (_pods(found, AtMinimum()), _pods(found, AtMaximum())) == (2, 3)
    assert not found.uncounted


@pytest.mark.parametrize(
    ("strategy", "most"),
    [
        ({"blueGreen": {"activeService": "shop"}}, 2),
        ({"canary": {"trafficRouting": {"alb": {}}}}, 2),
        ({"canary": {"trafficRouting": {"alb": {}}, "dynamicStableScale": True}}, 1),
        ({"canary": {"maxSurge": 1, "maxUnavailable": 0}}, 1),
    ],
)
def test_a_rollout_needs_room_by_its_strategy(strategy: Document, most: int) -> None:
    """Blue-green has all new pods beside the old ones, a canary no more than its surge."""
    rollout = workload("Rollout", "shop", _POD, replicas=2, strategy=strategy)
    (finding,) = [
        one
        for one in _capacity(rollout).findings
        if one.scenario == WorkloadRelease(f"Rollout {NAMESPACE}/shop")
    ]

    assert finding.most_waiting_meanwhile == most


def test_a_rollout_of_the_template_of_a_deployment_is_not_placed_twice() -> None:
    """Its pods are those of the Deployment."""
    deployment = workload("Deployment", "shop", _POD, replicas=1)
    rollout = _object("Rollout", "argoproj.io/v1alpha1", workloadRef={"name": "shop"})

    assert _pods(_capacity(deployment, rollout), AtMinimum()) == 1


@pytest.mark.parametrize(("suspend", "most"), [(False, 2), (True, 0)])
def test_a_cron_job_has_its_pods_at_maximum(suspend: bool, most: int) -> None:  # noqa: FBT001
    """It runs now and then, which is no usual state; a suspended one never."""
    found = _capacity(
        _object(
            "CronJob",
            "batch/v1",
            suspend=suspend,
            jobTemplate={"spec": {"parallelism": 2, "completions": 4, "template": _TEMPLATE}},
        )
    )

    assert (_pods(found, AtMinimum()), _pods(found, AtMaximum())) == (0, most)
    assert not found.uncounted


def test_a_job_is_placed_with_all_that_runs_at_once() -> None:
    """No more than it has left to complete."""
    found = _capacity(job("load", _POD, parallelism=5, completions=2))

    assert _pods(found, AtMinimum()) == 2


def test_a_job_with_a_deadline_comes_with_a_release_and_ends() -> None:
    """It is no usual state, and neither keeps a node nor stands in the way of other new pods."""
    check = job("check", _POD, activeDeadlineSeconds=600)
    found = _capacity(deployment("app", _POD), check)

    assert (_pods(found, AtMinimum()), _pods(found, AtMaximum())) == (1, 2)
    for release in (
        WorkloadRelease(f"Job {NAMESPACE}/check"),
        ReleaseOfAll(at_maximum=False),
        ReleaseOfAll(at_maximum=True),
    ):
        (finding,) = [one for one in found.findings if one.scenario == release]
        assert (finding.pods, finding.verdict) == (1, CapacityVerdict.FITS)


def test_a_job_that_fits_nowhere_is_found_in_its_release() -> None:
    """The release would wait for it and fail."""
    found = _capacity(job("check", pod_spec("9"), activeDeadlineSeconds=600))
    (finding,) = [one for one in found.findings if one.scenario == ReleaseOfAll(at_maximum=False)]

    assert finding.most_waiting == 1
    (missing,) = [one for one in found.findings if one.scenario == NodeMissing("cpu")]
    assert missing.most_waiting == 0


@pytest.mark.parametrize(
    ("spec", "field"),
    [
        (required("podAffinity", near("friend")), "required podAffinity"),
        ({"topologySpreadConstraints": [spread("app", minDomains=2)]}, "minDomains"),
        ({"container": {"ports": [{"containerPort": 80, "hostPort": 80}]}}, "hostPort"),
        ({"hostNetwork": True}, "hostPort"),
        (node_affinity({"key": "rank", "operator": "Gt", "values": ["3"]}), "Gt"),
    ],
)
def test_what_the_scheduler_would_look_at_and_the_plan_does_not_is_named(
    spec: Document, field: str
) -> None:
    """None of it is in a chart of ours."""
    assert _capacity(workload("Deployment", "app", pod_spec("1m", **spec))).uncounted == (
        f"{field} of Deployment app",
    )
