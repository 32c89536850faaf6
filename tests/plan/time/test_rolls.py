"""How long a release gate waits while pods are rolled."""

from pathlib import Path

from plan.time import Seconds, StackTime
from tests.plan.assemblies import Document, thing
from tests.plan.time.examples import (
    CLAIM,
    ENGINE,
    GPU,
    PATIENT,
    change,
    gated,
    path,
    pod,
    step,
    workload,
)


def _rolled(directory: Path, before: Document, after: Document, *others: Document) -> StackTime:
    """Return the time of a release; its gate has the digest of the manifests."""
    kind = before["kind"]
    later = gated(after, *others, kind=kind)
    later["Gate"]["Properties"]["Manifests"] = "another"
    return change(directory, gated(before, *others, kind=kind), later).stacks[0]


def test_a_deployment_rolls_by_its_surge(tmp_path: Path) -> None:
    """Four pods, two at a time, are two rounds of pulling and starting."""
    strategy = {"rollingUpdate": {"maxSurge": 2, "maxUnavailable": 0}}
    found = _rolled(
        tmp_path,
        workload("Deployment", 4, pod("shop:1"), strategy=strategy),
        workload("Deployment", 4, pod("shop:2"), strategy=strategy),
    )
    assert step(found.steps, "image").times == 2
    assert step(found.steps, "pod").times == 2


def test_a_roll_with_the_same_image_pulls_nothing(tmp_path: Path) -> None:
    """Another variable restarts the pods, their image is on the nodes."""
    found = _rolled(
        tmp_path,
        workload("Deployment", 1, pod(env=[{"name": "A", "value": "1"}])),
        workload("Deployment", 1, pod(env=[{"name": "A", "value": "2"}])),
    )
    assert [what for subject, what in path(found) if subject == "shop"] == ["pod"]


def test_an_autoscaled_deployment_rolls_the_pods_it_usually_has(tmp_path: Path) -> None:
    """Its autoscaler's minimum is what runs."""
    scaler = thing(
        "HorizontalPodAutoscaler",
        "shop",
        spec={
            "minReplicas": 3,
            "maxReplicas": 9,
            "scaleTargetRef": {"kind": "Deployment", "name": "shop"},
        },
    )
    one_by_one = {"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}
    found = _rolled(
        tmp_path,
        workload("Deployment", 1, pod("shop:1"), strategy=one_by_one),
        workload("Deployment", 1, pod("shop:2"), strategy=one_by_one),
        scaler,
    )
    assert step(found.steps, "image").times == 3


def test_a_stateful_set_rolls_pod_by_pod_and_ends_each_first(tmp_path: Path) -> None:
    """The old pod may take its whole grace; its engine is there already."""
    hook = {"lifecycle": {"preStop": {"sleep": {"seconds": 15}}}}
    before, after = (
        workload(
            "StatefulSet",
            2,
            pod(image, GPU, **PATIENT, **hook)
            | {"initContainers": [ENGINE], "terminationGracePeriodSeconds": 330},
            podManagementPolicy="Parallel",
            volumeClaimTemplates=[CLAIM],
        )
        for image in ("shop:1", "shop:2")
    )
    found = _rolled(tmp_path, before, after)
    assert step(found.steps, "end of the old pod").seconds == Seconds(2 * 15, 2 * 330)
    assert [what for subject, what in path(found) if subject == "shop"] == [
        "end of the old pod",
        "GPU image",
        "volume",
        "engine load",
        "pod",
    ]


def test_a_blue_green_rollout_starts_all_new_pods_at_once(tmp_path: Path) -> None:
    """The old ones serve until then."""
    before, after = (
        workload("Rollout", 4, pod(image), strategy={"blueGreen": {"activeService": "shop"}})
        for image in ("shop:1", "shop:2")
    )
    assert step(_rolled(tmp_path, before, after).steps, "image").times == 1


def test_a_blue_green_rollout_is_measured_before_and_behind_the_switch(tmp_path: Path) -> None:
    """Each analysis takes as long as its longest metric of a good version."""

    def template(name: str, *metrics: Document) -> Document:
        return thing("AnalysisTemplate", name, spec={"metrics": list(metrics)})

    strategy = {
        "blueGreen": {
            "activeService": "shop",
            "prePromotionAnalysis": {"templates": [{"templateName": "before"}]},
            "postPromotionAnalysis": {"templates": [{"templateName": "after"}]},
        }
    }
    before, after = (
        workload("Rollout", 2, pod(image), strategy=strategy) for image in ("shop:1", "shop:2")
    )
    templates = (
        template("before", {"initialDelay": "10s"}, {"interval": "5s", "count": 4}),
        template("after", {"initialDelay": "1m30s", "interval": "30s", "count": 3}),
    )

    found = _rolled(tmp_path, before, after, *templates).steps

    assert step(found, "analysis before the switch").seconds == Seconds(15, 15)
    assert step(found, "analysis behind the switch").seconds == Seconds(150, 150)
    unchanged = _rolled(tmp_path, before, before, *templates).steps
    assert not [one for one in unchanged if "analysis" in one.what]


def test_a_workload_that_keeps_its_pods_is_not_waited_for(tmp_path: Path) -> None:
    """More replicas leave the pods that run alone; only the gate itself takes time."""
    found = _rolled(tmp_path, workload("Deployment", 1, pod()), workload("Deployment", 2, pod()))
    assert not [what for subject, what in path(found) if subject == "shop"]
