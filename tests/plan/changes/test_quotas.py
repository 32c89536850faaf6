"""A quota holds the pods that end in a release beside those that begin."""

import re
from typing import Any

import pytest

from plan.changes.comparison import compare
from plan.changes.nouns import Severity, Topic
from tests.plan.assemblies import Document, Written, assembled, manifest, thing
from tests.plan.changes.compared import APP, assert_risk, objects, risks


def _quota(**hard: str) -> Document:
    return thing("ResourceQuota", "all", spec={"hard": hard})


def _pods(kind: str = "Deployment", name: str = "one", **spec: Any) -> Document:
    asked = {"requests": {"cpu": "500m"}}
    pod = {"containers": [{"name": "it", "image": "it@sha256:0", "resources": asked}]}
    return thing(kind, name, spec={"replicas": 3, "template": {"spec": pod}} | spec)


def test_a_quota_for_one_generation_of_pods_fails_a_release() -> None:
    changes = objects([_quota(pods="6"), _pods()], [_quota(pods="5"), _pods()])

    assert_risk(changes, Topic.PODS, Severity.RISKY, "set in its `hard` at least pods 6")


def test_what_the_finding_says_is_enough() -> None:
    """The figures that it names are those with which it is gone."""
    hard = {"pods": "3", "requests.cpu": "1500m"}
    ((_, sentence),) = risks(objects([], [_quota(**hard), _pods()]), Topic.PODS)

    enough = dict(re.findall(r"(\S+) (\d+m?)", sentence.partition("at least ")[2]))

    assert enough == {"pods": "6", "requests.cpu": "3000m"}
    assert risks(objects([], [_quota(**enough), _pods()]), Topic.PODS) == []


@pytest.mark.parametrize(
    ("pods", "enough"),
    [
        (_pods(strategy={"type": "Recreate"}), 3),
        (_pods("StatefulSet"), 3),
        (_pods("Job", completions=2, parallelism=2, activeDeadlineSeconds=60), 2),
    ],
    ids=lambda one: one["kind"] if isinstance(one, dict) else "",
)
def test_what_makes_no_pod_beside_an_old_one_needs_room_once(pods: Document, enough: int) -> None:
    assert risks(objects([], [_quota(pods=str(enough)), pods]), Topic.PODS) == []
    assert risks(objects([], [_quota(pods=str(enough - 1)), pods]), Topic.PODS) != []


def test_pods_of_a_workload_that_goes_count_while_the_others_come() -> None:
    before = [_quota(pods="6"), _pods(name="old")]

    changes = objects(before, [_quota(pods="6"), _pods(name="new", replicas=4)])

    assert_risk(changes, Topic.PODS, Severity.RISKY, "at least pods 8")


def test_a_check_of_the_release_before_has_ended() -> None:
    """Each release names its Job anew."""
    old, new = (_pods("Job", name, completions=1, activeDeadlineSeconds=9) for name in "ab")

    changes = objects([_quota(pods="1"), old], [_quota(pods="1"), new])

    assert risks(changes, Topic.PODS) == []


def test_a_quota_that_was_too_small_before_is_no_news() -> None:
    changes = objects([_quota(pods="5"), _pods()], [_quota(pods="5"), _pods(minReadySeconds=1)])

    assert risks(changes, Topic.PODS) == []


@pytest.mark.parametrize("is_first", [True, False])
def test_a_quota_that_grows_perhaps_only_after_the_pods_refuses_them(*, is_first: bool) -> None:
    """Until CloudFormation applies it, the old one counts."""

    def stack(size: int) -> Written:
        wait = {"DependsOn": ["Quota"]} if is_first else {}
        quota = manifest(f"{APP}/quota/Resource/Default", _quota(pods=str(2 * size)))
        pods = manifest(f"{APP}/one/Resource/Default", _pods(replicas=size), **wait)
        return Written(name=APP, resources={"Quota": quota, "Pods": pods})

    changes = compare(assembled(stack(3)), assembled(stack(4)), APP)

    assert bool(risks(changes, Topic.PODS)) is not is_first


def test_pods_of_another_priority_count_in_no_quota_of_a_class() -> None:
    """Such a quota is for one workload among several of its namespace."""
    of_class = {"scopeName": "PriorityClass", "operator": "In", "values": ["first"]}
    scope = {"scopeSelector": {"matchExpressions": [of_class]}}
    quota = thing("ResourceQuota", "all", spec={"hard": {"pods": "5"}} | scope)
    first = {"priorityClassName": "first", "containers": [{"name": "it", "image": "it@sha256:0"}]}

    others = objects([], [quota, _pods()])
    counted = objects([], [quota, _pods(template={"spec": first})])

    assert risks(others, Topic.PODS) == []
    assert_risk(counted, Topic.PODS, Severity.RISKY, "at least pods 6")
