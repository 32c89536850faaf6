"""What only one can have is not wanted by old and new at once."""

from typing import Any

import pytest

from plan.changes.comparison import compare
from plan.changes.nouns import Severity, Topic
from tests.plan.assemblies import Document, Written, assembled, manifest, thing
from tests.plan.changes.compared import APP, assert_risk, objects, risks


def _pods(name: str = "one", *, claim: str | None = None, **spec: Any) -> Document:
    volumes = [{"name": "v", "persistentVolumeClaim": {"claimName": claim}}] if claim else []
    pod = {"containers": [{"name": "it", "image": "it@sha256:0"}], "volumes": volumes}
    template = {"metadata": {"labels": {"a": "1"}}, "spec": pod}
    return thing("Deployment", name, spec={"template": template} | spec)


def _claim(mode: str) -> Document:
    return thing("PersistentVolumeClaim", "disk", spec={"accessModes": [mode]})


def test_a_volume_of_one_machine_is_not_had_by_old_and_new_pods() -> None:
    """By recreating them, as the finding says, the old one has let go."""
    claim, pods = _claim("ReadWriteOnce"), _pods(claim="disk")
    recreated = _pods(claim="disk", strategy={"type": "Recreate"})

    first = objects([_pods()], [claim, pods])

    words = "has PersistentVolumeClaim avadot/disk"
    assert_risk(first, Topic.MEANWHILE, Severity.RISKY, words)
    assert "`type: Recreate`" in risks(first, Topic.MEANWHILE)[0][1]
    assert risks(objects([_pods()], [claim, recreated]), Topic.MEANWHILE) == []


@pytest.mark.parametrize(
    ("mode", "spec"),
    [
        ("ReadWriteMany", {}),
        ("ReadWriteOnce", {"strategy": {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}}}),
    ],
)
def test_a_volume_that_the_new_pod_can_have_is_no_risk(mode: str, spec: Document) -> None:
    after = [_claim(mode), _pods(claim="disk", **spec)]

    assert risks(objects([_pods()], after), Topic.MEANWHILE) == []


def _at(port: int, name: str = "one") -> Document:
    return thing("Service", name, spec={"ports": [{"port": 80, "nodePort": port}]})


def test_a_port_of_the_nodes_is_free_only_after_the_deploy_without_its_owner() -> None:
    """What is left out of a manifest is deleted after the rest of it is applied."""
    old, new = [_at(30080, "old")], [_at(30080, "new")]

    words = "wants port 30080 of the nodes, which Service avadot/old still has"
    assert_risk(objects(old, new), Topic.REFUSED, Severity.RISKY, words)
    assert risks(objects(old, []), Topic.REFUSED) == []
    assert risks(objects([], new), Topic.REFUSED) == []


def test_a_port_that_stays_where_it_is_is_no_risk() -> None:
    one, moved = [_at(30080)], [_at(30081)]

    assert risks(objects(one, one), Topic.REFUSED) == []
    assert risks(objects(one, moved), Topic.REFUSED) == []


@pytest.mark.parametrize("is_first", [True, False])
def test_a_port_may_be_given_up_by_what_is_surely_applied_before(*, is_first: bool) -> None:
    def stack(old: int, new: int) -> Written:
        wait = {"DependsOn": ["Old"]} if is_first else {}
        giver = manifest(f"{APP}/old/Resource/Default", _at(old, "old"))
        taker = manifest(f"{APP}/new/Resource/Default", _at(new, "new"), **wait)
        return Written(name=APP, resources={"Old": giver, "New": taker})

    before, after = assembled(stack(30080, 30090)), assembled(stack(30070, 30080))

    assert bool(risks(compare(before, after, APP), Topic.REFUSED)) is not is_first


def _budget(name: str, **labels: str) -> Document:
    selector = {"matchLabels": labels or {"a": "1"}}
    return thing("PodDisruptionBudget", name, spec={"selector": selector, "maxUnavailable": 1})


def _autoscaler(name: str, target: str = "one") -> Document:
    spec = {"scaleTargetRef": {"kind": "Deployment", "name": target}, "maxReplicas": 3}
    return thing("HorizontalPodAutoscaler", name, spec=spec)


@pytest.mark.parametrize("make", [_budget, _autoscaler], ids=["budget", "autoscaler"])
def test_what_is_renamed_and_not_pruned_acts_beside_its_successor(make: Any) -> None:
    """Until it is deleted by the command that the finding names."""
    old, new = make("old"), make("new")

    ((severity, sentence),) = risks(objects([_pods(), old], [_pods(), new]), Topic.MEANWHILE)

    assert severity is Severity.RISKY
    assert f"as {old['kind']} avadot/old does, too" in sentence
    assert f"`kubectl -n avadot delete {old['kind'].lower()} old`" in sentence


def test_two_budgets_of_the_same_pods_are_said_once_they_meet() -> None:
    one, two = _budget("one"), _budget("two")

    changes = objects([_pods(), one], [_pods(), one, two])

    assert_risk(changes, Topic.MEANWHILE, Severity.RISKY, "leave one of both out")
    assert risks(objects([_pods(), one, two], [_pods(), two, one]), Topic.MEANWHILE) == []


def test_those_of_other_pods_are_no_rivals() -> None:
    """Neither by what they select, nor by what they are."""
    before = [_pods(), _pods("two"), _budget("one"), _autoscaler("one")]
    after = [*before, _budget("other", a="2"), _autoscaler("two", "two")]

    assert risks(objects(before, after), Topic.MEANWHILE) == []
