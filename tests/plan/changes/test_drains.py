"""Pods that need longer to move than EKS waits for a group that goes."""

import pytest

from plan.changes.comparison import compare
from plan.changes.nouns import Changes, Topic
from tests.plan.assemblies import Document, Written, assembled, manifest, resource, thing
from tests.plan.changes.compared import risks

_GROUP = {"ClusterName": "avadot", "InstanceTypes": ["t3.large"], "Labels": {"node-group": "a"}}


def _pods(seconds: int, replicas: int, kind: str = "StatefulSet") -> Document:
    pod = {"terminationGracePeriodSeconds": seconds, "containers": [{"name": "a", "image": "a"}]}
    return thing(kind, spec={"replicas": replicas, "template": {"spec": pod}})


def _changed(pods: Document, *, others: bool = True, changed: bool = False) -> Changes:
    """Take away a node group, or let another type replace it, under pods that may run elsewhere."""
    other = {"B": resource("AWS::EKS::Nodegroup", "Cluster/B", _GROUP)} if others else {}
    old = {"A": resource("AWS::EKS::Nodegroup", "Cluster/A", _GROUP)}
    types = {"InstanceTypes": ["m7g.large"]}
    new = {"A": resource("AWS::EKS::Nodegroup", "Cluster/A", _GROUP | types)} if changed else {}
    upper = Written(
        name="App",
        resources={"Objects": manifest("App/tarot/Objects/Resource/Default", pods)},
        depends_on=["Cluster"],
    )
    return compare(
        assembled(Written(name="Cluster", resources=old | other), upper),
        assembled(Written(name="Cluster", resources=new | other), upper),
        "App",
    )


def _late(changes: Changes) -> list[str]:
    return [text for _, text in risks(changes, Topic.NODES) if "5 min" in text]


def test_pods_that_end_too_slowly_are_drained_before_their_group_goes() -> None:
    (sentence,) = _late(_changed(_pods(200, 2)))

    assert "the 2 of StatefulSet tarot may take 470 s to move one after another" in sentence
    assert "(each up to end 200 s, image 40 s, start 30 s)" in sentence
    assert "without a gap: `kubectl drain -l node-group=a --ignore-daemonsets" in sentence


def test_a_replaced_group_first_gets_another_one_beside_it() -> None:
    (sentence,) = _late(_changed(_pods(200, 2), others=False, changed=True))

    assert "add the new machines as another node group and `cdk deploy Cluster`" in sentence


@pytest.mark.parametrize(
    "pods", [_pods(60, 2), _pods(600, 0), _pods(600, 2, kind="DaemonSet"), _pods(300, 1)]
)
def test_pods_that_move_in_time_or_need_not_are_no_matter(pods: Document) -> None:
    assert _late(_changed(pods)) == []


def test_new_machines_as_another_group_come_without_any_pod_that_moves() -> None:
    """What the finding says to do first; the old group stays until its pods have left it."""
    upper = Written(
        name="App",
        resources={"Objects": manifest("App/tarot/Objects/Resource/Default", _pods(200, 2))},
        depends_on=["Cluster"],
    )
    old = {"A": resource("AWS::EKS::Nodegroup", "Cluster/A", _GROUP)}
    types = {"InstanceTypes": ["m7g.large"]}
    both = old | {"B": resource("AWS::EKS::Nodegroup", "Cluster/B", _GROUP | types)}

    changes = compare(
        assembled(Written(name="Cluster", resources=old), upper),
        assembled(Written(name="Cluster", resources=both), upper),
        "App",
    )

    assert risks(changes, Topic.NODES) == []
