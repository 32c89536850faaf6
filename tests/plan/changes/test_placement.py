"""Pods are kept apart by labels that machines have."""

from dataclasses import replace
from typing import Any

import pytest

from plan.changes.comparison import compare
from plan.changes.nouns import Changes, Severity, Topic
from plan.model.assembly import Assembly
from tests.plan.assemblies import Document, Written, assembled, manifest, resource, thing
from tests.plan.changes.compared import APP, assert_risk, risks


def _apart(key: str) -> Document:
    """Keep the pods of one Deployment on different values of a label of nodes."""
    rule = {"podAntiAffinity": {_REQUIRED: [{"topologyKey": key, "labelSelector": {}}]}}
    return {"affinity": rule}


def _near(key: str) -> Document:
    term = {"podAffinityTerm": {"topologyKey": key, "labelSelector": {}}, "weight": 1}
    return {"affinity": {"podAffinity": {_PREFERRED: [term]}}}


def _spread(key: str) -> Document:
    rule = {"topologyKey": key, "maxSkew": 1, "whenUnsatisfiable": "ScheduleAnyway"}
    return {"topologySpreadConstraints": [rule]}


_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"


def _assembly(spec: Document | None, *, has_group: bool = True) -> Assembly:
    return assembled(_written(spec, has_group=has_group))


def _written(spec: Document | None, *, has_group: bool = True) -> Written:
    group = resource(
        "AWS::EKS::Nodegroup",
        f"{APP}/Group",
        {"ClusterName": "avadot", "Labels": {"rack": "1"}, "InstanceTypes": ["m6i.large"]},
    )
    pod = {"containers": [{"name": "it", "image": "it@sha256:0"}], **(spec or {})}
    pods = manifest(f"{APP}/one/Resource/Default", thing("Deployment", spec=_of(pod)))
    groups = {"Group": group} if has_group else {}
    return Written(name=APP, resources=groups | {"Pods": pods})


def _of(pod: Document) -> Document:
    return {"template": {"spec": pod}}


def _changed(before: Document | None, after: Document, **others: Any) -> Changes:
    return compare(_assembly(before, **others), _assembly(after, **others), APP)


@pytest.mark.parametrize("rule", [_apart, _near, _spread])
def test_a_label_that_no_node_has_keeps_no_pods_apart(rule: Any) -> None:
    """With the one that the finding names they are."""
    found = _changed(None, rule("kubernetes.io/host"))

    assert_risk(found, Topic.PODS, Severity.RISKY, "by kubernetes.io/host, which no node has")
    for name in ("kubernetes.io/hostname", "topology.kubernetes.io/zone", "rack"):
        assert risks(_changed(None, rule(name)), Topic.PODS) == []


def test_what_was_so_before_is_no_news() -> None:
    old = _apart("kubernetes.io/host")

    assert risks(_changed(old, old | {"terminationGracePeriodSeconds": 9}), Topic.PODS) == []


def test_without_node_groups_nobody_knows_which_labels_there_are() -> None:
    changes = _changed(None, _apart("kubernetes.io/host"), has_group=False)

    assert risks(changes, Topic.PODS) == []


@pytest.mark.parametrize("key", ["karpenter.sh/capacity-type", "pool", "gpu"])
def test_nodes_of_karpenter_have_its_labels_and_those_of_their_pool(key: str) -> None:
    requirement = {"key": "gpu", "operator": "Exists"}
    template = {"metadata": {"labels": {"pool": "a"}}, "spec": {"requirements": [requirement]}}
    pool = manifest(f"{APP}/pool/Resource/Default", thing("NodePool", spec={"template": template}))
    stack = _written(_apart(key))
    with_pool = assembled(replace(stack, resources={**stack.resources, "Pool": pool}))

    assert risks(compare(assembled(_written(None)), with_pool, APP), Topic.PODS) == []
