"""Pods lose probes, limits, digests, or their autoscaler."""

from typing import Any

import pytest

from plan.changes.nouns import Severity, Topic
from tests.plan.assemblies import Document, thing
from tests.plan.changes.compared import assert_risk, objects, risks

_PROBE = {"httpGet": {"path": "/health", "port": 80}}
_DIGEST = f"example.com/tarot@sha256:{'a' * 64}"


def _deployment(container: Document, **spec: Any) -> Document:
    main = {"name": "main", "image": _DIGEST} | container
    return thing("Deployment", spec={**spec, "template": {"spec": {"containers": [main]}}})


def _autoscaler() -> Document:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "tarot"}
    spec = {"scaleTargetRef": target, "minReplicas": 2, "maxReplicas": 4}
    return thing("HorizontalPodAutoscaler", spec=spec)


@pytest.mark.parametrize(
    ("probe", "severity"),
    [
        ("readinessProbe", Severity.RISKY),
        ("livenessProbe", Severity.NOTICE),
        ("startupProbe", Severity.NOTICE),
    ],
)
def test_a_probe_that_goes_is_said(probe: str, severity: Severity) -> None:
    changes = objects([_deployment({probe: _PROBE})], [_deployment({})])

    assert_risk(changes, Topic.PODS, severity, f"loses the {probe} of container main")


def test_a_probe_that_changes_or_comes_is_not_said() -> None:
    other = {"tcpSocket": {"port": 80}}

    changed = objects([_deployment({"livenessProbe": _PROBE})],
                      [_deployment({"livenessProbe": other})])  # fmt: skip
    new = objects([_deployment({})], [_deployment({"livenessProbe": _PROBE})])

    assert (risks(changed, Topic.PODS), risks(new, Topic.PODS)) == ([], [])


@pytest.mark.parametrize("path", ["limits.memory", "requests.memory", "requests.cpu"])
def test_a_limit_that_goes_is_said(path: str) -> None:
    kind, _, name = path.partition(".")
    limited = {"resources": {kind: {name: "1"}}}

    assert_risk(
        objects([_deployment(limited)], [_deployment({})]),
        Topic.PODS,
        Severity.NOTICE,
        f"loses {path} of container main",
    )


def test_an_image_without_a_digest_is_said() -> None:
    changes = objects(
        [_deployment({})],
        [_deployment({"image": "${AWS::AccountId}.dkr.ecr.x.amazonaws.com/avadot/tarot:1.0"})],
    )

    assert_risk(
        changes,
        Topic.PODS,
        Severity.NOTICE,
        "runs avadot/tarot:1.0 in container main: without a digest",
    )


def test_the_image_of_a_new_workload_needs_a_digest_too() -> None:
    changes = objects([], [_deployment({"image": "redis:8"})])

    ((_, sentence),) = risks(changes, Topic.PODS)
    assert sentence.startswith("runs redis:8 ")


def test_an_image_that_had_no_digest_before_is_not_said() -> None:
    changes = objects([_deployment({"image": "a:1"})], [_deployment({"image": "a:1", "tty": True})])

    assert risks(changes, Topic.PODS) == []


@pytest.mark.parametrize("held", [{"maxUnavailable": 0}, {"minAvailable": "100%"}])
def test_a_disruption_budget_of_nothing_is_said(held: Document) -> None:
    loose, tight = (thing("PodDisruptionBudget", spec=s) for s in ({"maxUnavailable": 1}, held))

    tightened, new = objects([loose], [tight]), objects([], [tight])
    loosened = objects([tight], [loose])

    for changes in (tightened, new):
        ((severity, sentence),) = risks(changes, Topic.PODS)
        assert severity is Severity.RISKY
        assert sentence.startswith("allows no disruption")
    assert risks(loosened, Topic.PODS) == []


def test_replicas_beside_an_autoscaler_are_a_risk() -> None:
    """Each release undoes what the autoscaler did."""
    changes = objects(
        [_deployment({}), _autoscaler()], [_deployment({}, replicas=2), _autoscaler()]
    )

    assert_risk(
        changes, Topic.PODS, Severity.RISKY, "sets replicas to 2 though an autoscaler owns them"
    )


def test_an_autoscaler_beside_replicas_is_a_risk() -> None:
    """It is the same, the other way round, and said at the workload."""
    changes = objects([_deployment({}, replicas=2)], [_deployment({}, replicas=2), _autoscaler()])

    ((severity, _),) = risks(changes, Topic.PODS)
    assert severity is Severity.RISKY
    assert [f.subject for f in changes.risky] == ["Deployment avadot/tarot"]


def test_replicas_that_were_beside_an_autoscaler_before_are_not_said() -> None:
    changes = objects(
        [_deployment({}, replicas=2), _autoscaler()],
        [_deployment({}, replicas=3), _autoscaler()],
    )

    assert risks(changes, Topic.PODS) == []


def test_replicas_without_an_autoscaler_are_right() -> None:
    changes = objects([_deployment({}, replicas=2)], [_deployment({}, replicas=3)])

    assert risks(changes, Topic.PODS) == []


def test_replicas_that_go_fall_to_one() -> None:
    changes = objects(
        [_deployment({}, replicas=4)],
        [_deployment({}), _autoscaler()],
    )

    assert_risk(changes, Topic.PODS, Severity.RISKY, "kubectl sets it to 1 at this release")


def test_a_disruption_budget_that_holds_broken_pods_again_is_said() -> None:
    """One that is no budget, or never let them go, is not."""
    open_, closed = (
        thing("PodDisruptionBudget", spec={"maxUnavailable": 1} | policy)
        for policy in ({"unhealthyPodEvictionPolicy": "AlwaysAllow"}, {})
    )

    assert_risk(
        objects([open_], [closed]), Topic.PODS, Severity.NOTICE, "protects pods that are not ready"
    )
    assert risks(objects([closed], [open_]), Topic.PODS) == []


def _updated(surge: object, less: object) -> Document:
    rolling = {"maxSurge": surge, "maxUnavailable": less}
    return _deployment({}, strategy={"rollingUpdate": rolling})


@pytest.mark.parametrize("nothing", [(0, 0), ("0%", 0)])
def test_an_update_that_may_do_nothing_is_refused(nothing: tuple[object, object]) -> None:
    changes = objects([_updated(1, 0)], [_updated(*nothing)])

    assert_risk(changes, Topic.REFUSED, Severity.RISKY, "may neither add a pod nor take one away")


def test_an_update_that_takes_pods_away_first_is_a_risk() -> None:
    """Fewer serve then than before, and one that never becomes ready is one less for long."""
    assert_risk(
        objects([_updated(1, 0)], [_updated(0, 1)]), Topic.PODS, Severity.RISKY, "takes away 1 pods"
    )
    assert risks(objects([_updated(0, 1)], [_updated(1, 1)]), Topic.PODS) == []


def test_an_autoscaler_whose_workload_is_not_there_is_a_risk() -> None:
    lost = _autoscaler()
    lost["spec"]["scaleTargetRef"] = {"kind": "Deployment", "name": "tarot-app"}

    changes = objects([_deployment({}), _autoscaler()], [_deployment({}), lost])

    assert_risk(
        changes, Topic.PODS, Severity.RISKY, "scales Deployment tarot-app, which is not there"
    )
