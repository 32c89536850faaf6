"""Which nodes a pod may use, and beside which other pods."""

from typing import Any

import pytest

from plan.capacity.findings import NodeMissing
from tests.plan.capacity.builder import (
    ZONES,
    Document,
    Group,
    claim,
    claim_spec,
    deployment,
    finding,
    near,
    node_affinity,
    pod_spec,
    reasons,
    required,
    spread,
    storage_class,
    taint,
    waiting,
    workload,
)

_ZONE = "topology.kubernetes.io/zone"


@pytest.mark.parametrize(
    ("toleration", "fits"),
    [
        ({}, False),
        ({"key": "gpu", "value": "yes"}, True),
        ({"key": "gpu", "value": "no"}, False),
        ({"key": "gpu", "operator": "Exists"}, True),
        ({"key": "gpu", "operator": "Exists", "effect": "NoExecute"}, False),
        ({"key": "other", "operator": "Exists"}, False),
        ({"operator": "Exists"}, True),
    ],
)
def test_a_taint_keeps_away_whoever_does_not_tolerate_it(
    toleration: Document, *, fits: bool
) -> None:
    """Key, value and effect must agree, where they are given."""
    groups = [Group(size=1, taints=[taint("gpu", "yes")])]
    tolerations = [toleration] if toleration else []
    app = deployment("app", pod_spec("1m", tolerations=tolerations))

    assert waiting(groups, [app]) == ({} if fits else {"app": 1})
    assert reasons(groups, [app]) == (set() if fits else {"1 node(s) had untolerated taint(s)"})


def test_a_taint_that_only_prefers_keeps_nobody_away() -> None:
    """`PREFER_NO_SCHEDULE` decides between nodes, and is no reason to wait."""
    groups = [Group(size=1, taints=[taint("gpu", effect="PREFER_NO_SCHEDULE")])]

    assert waiting(groups, [deployment("app", pod_spec("1m"))]) == {}


@pytest.mark.parametrize(
    ("expression", "fits"),
    [
        ({"operator": "In", "values": ["3", "4"]}, True),
        ({"operator": "In", "values": ["4"]}, False),
        ({"operator": "NotIn", "values": ["4"]}, True),
        ({"operator": "NotIn", "values": ["3"]}, False),
        ({"operator": "Exists"}, True),
        ({"operator": "DoesNotExist"}, False),
    ],
)
def test_node_affinity_chooses_by_label(expression: Document, *, fits: bool) -> None:
    """Every operator on a node with the label `rank` of 3."""
    groups = [Group(size=1, labels={"rank": "3"})]
    app = deployment("app", pod_spec("1m", **node_affinity({"key": "rank", **expression})))

    assert waiting(groups, [app]) == ({} if fits else {"app": 1})


def test_a_node_without_the_label_has_none_of_its_values() -> None:
    """`NotIn` and `DoesNotExist` take a node without the label, the others do not."""

    def fits(**expression: Any) -> bool:
        template = pod_spec("1m", **node_affinity({"key": "rank", **expression}))
        return not waiting([Group(size=1)], [deployment("app", template)])

    assert fits(operator="NotIn", values=["3"])
    assert fits(operator="DoesNotExist")
    assert not fits(operator="Exists")


def test_node_selector_and_affinity_must_both_hold() -> None:
    """One of the affinity's terms is enough, all labels of the selector are needed."""
    groups = [Group(size=1, labels={"a": "1", "b": "2"})]
    terms = [
        {"matchExpressions": [{"key": "a", "operator": "In", "values": [value]}]}
        for value in ("0", "1")
    ]
    either = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}

    def left(**selector: str) -> dict[str, int]:
        template = pod_spec("1m", affinity={"nodeAffinity": either}, nodeSelector=selector)
        return waiting(groups, [deployment("app", template)])

    assert left(b="2") == {}
    assert left(b="3") == {"app": 1}
    assert left(a="1", c="3") == {"app": 1}


@pytest.mark.parametrize(("key", "places"), [("kubernetes.io/hostname", 3), (_ZONE, 2)])
def test_pods_that_keep_apart_need_a_node_or_zone_each(key: str, places: int) -> None:
    """As many fit as there are nodes or zones."""
    template = pod_spec("1m", **required("podAntiAffinity", near("app", key)))

    assert waiting([Group(size=3)], [deployment("app", template, 5)]) == {"app": 5 - places}
    assert reasons([Group(size=3)], [deployment("app", template, 5)]) == {
        "3 node(s) didn't match pod anti-affinity rules"
    }


def test_a_pod_is_kept_away_by_those_that_do_not_want_it() -> None:
    """The rule of a running pod holds for a new one that has none; who comes first, has won."""
    hermit = pod_spec("1m", **required("podAntiAffinity", near("app")))
    objects = [deployment("hermit", hermit), deployment("app", pod_spec("1m"))]

    assert finding([Group(size=1)], objects).most_waiting == 1
    assert reasons([Group(size=1)], objects) == {
        "1 node(s) didn't satisfy existing pods anti-affinity rules",
        "1 node(s) didn't match pod anti-affinity rules",
    }


def test_other_namespaces_count_only_where_they_are_named() -> None:
    """A term means pods of the same namespace, unless it says which others."""
    friend = deployment("friend", pod_spec("1m"))
    friend["metadata"]["namespace"] = "elsewhere"
    labelled = {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": "elsewhere", "labels": {"team": "a"}},
    }

    def left(**where: Any) -> int:
        template = pod_spec("1m", **required("podAntiAffinity", {**near("friend"), **where}))
        return finding(
            [Group(size=1)], [deployment("app", template), friend, labelled]
        ).most_waiting

    assert left() == 0
    assert left(namespaces=["elsewhere"]) == 1
    assert left(namespaceSelector={}) == 1
    assert left(namespaceSelector={"matchLabels": {"team": "a"}}) == 1
    assert left(namespaceSelector={"matchLabels": {"team": "b"}}) == 0


def _spread(pods: int, **fields: Any) -> list[Document]:
    constraint = spread("app", **fields)
    template = pod_spec("900m", topologySpreadConstraints=[constraint])
    return [deployment("app", template, pods)]


def test_pods_that_lie_evenly_wait_once_another_node_is_full() -> None:
    """A node may have one pod more than the one with fewest, here 2 and 3."""
    groups = [Group(size=1), Group(name="large", instance_type="t3.xlarge", size=1)]

    assert waiting(groups, _spread(6)) == {"app": 1}
    assert waiting(groups, _spread(6, maxSkew=2)) == {}
    assert reasons(groups, _spread(6)) == {
        "1 Insufficient cpu, 1 node(s) didn't match pod topology spread constraints"
    }


def test_a_tainted_node_counts_unless_taints_are_honored() -> None:
    """The famous trap: a node that takes no pod holds all others at one pod more than none."""
    groups = [Group(size=1), Group(name="closed", size=1, taints=[taint("closed")])]

    assert waiting(groups, _spread(2)) == {"app": 1}
    assert waiting(groups, _spread(2, nodeTaintsPolicy="Honor")) == {}


def test_nodes_that_a_pod_does_not_choose_count_only_where_asked_for() -> None:
    """By default only nodes that the pod selects take part."""
    groups = [Group(size=1, labels={"mine": "yes"}), Group(name="other", size=1)]

    def left(**fields: Any) -> dict[str, int]:
        constraint = spread("app", **fields)
        template = pod_spec(
            "100m", topologySpreadConstraints=[constraint], nodeSelector={"mine": "yes"}
        )
        return waiting(groups, [deployment("app", template, 2)])

    assert left() == {}
    assert left(nodeAffinityPolicy="Ignore") == {"app": 1}


def test_a_node_without_the_label_takes_no_pod_that_is_spread_by_it() -> None:
    """The label must be there."""
    assert reasons([Group(size=1)], _spread(1, topologyKey="rack")) == {
        "1 node(s) didn't match pod topology spread constraints (missing required label)"
    }


def test_a_wish_for_evenness_keeps_nobody_waiting() -> None:
    """`ScheduleAnyway` only decides between nodes."""
    groups = [Group(size=1), Group(name="closed", size=1, taints=[taint("closed")])]

    assert waiting(groups, _spread(2, whenUnsatisfiable="ScheduleAnyway")) == {}


_GROUPS = [Group(size=2, zones=ZONES[:2])]


def _sharing(pods: int, storage: str = "gp3", **spec: Any) -> list[Document]:
    volume = {"name": "data", "persistentVolumeClaim": {"claimName": "shared"}}
    template = pod_spec("900m", volumes=[volume], **spec)
    return [claim("shared", storage), deployment("app", template, pods)]


def _owning(pods: int, cpu: str = "900m") -> Document:
    own = {"metadata": {"name": "data"}, "spec": claim_spec()}
    return workload("StatefulSet", "app", pod_spec(cpu), replicas=pods, volumeClaimTemplates=[own])


def _allowed(*zones: str) -> Document:
    term = {"key": "topology.ebs.csi.aws.com/zone", "values": list(zones)}
    return storage_class(allowedTopologies=[{"matchLabelExpressions": [term]}])


def test_the_first_pod_chooses_the_zone_for_all_that_share_its_volume() -> None:
    """Two pods fit the node of that zone; the third may not use the other."""
    assert waiting(_GROUPS, [storage_class(), *_sharing(3)]) == {"app": 1}
    assert reasons(_GROUPS, [storage_class(), *_sharing(3)]) == {
        "1 Insufficient cpu, 1 node(s) didn't match PersistentVolume's node affinity"
    }


def test_a_volume_that_every_zone_reaches_binds_nobody() -> None:
    """A file system is not tied to a zone."""
    shared = storage_class("efs", provisioner="efs.csi.aws.com")

    assert waiting(_GROUPS, [shared, *_sharing(4, "efs")]) == {}


def test_every_pod_of_a_stateful_set_has_a_volume_of_its_own() -> None:
    """They spread over the zones like pods without volumes."""
    assert waiting(_GROUPS, [storage_class(), _owning(4)]) == {}


def test_a_pod_that_comes_back_finds_its_volume_where_it_was() -> None:
    """With the only node of its zone gone it waits, though another node has room."""
    objects = [storage_class(), _owning(1, "100m")]
    groups = [Group(size=1, zones=ZONES[:1])]
    elsewhere = Group(name="other", size=1, zones=ZONES[1:2], labels={"other": "yes"})
    chosen = {"nodeSelector": {"eks.amazonaws.com/nodegroup": "cpu"}}
    bound = _owning(1, "100m")
    bound["spec"]["template"]["spec"] |= chosen

    assert waiting([*groups, elsewhere], [storage_class(), bound], NodeMissing("cpu")) == {"app": 1}
    lost = finding([Group(size=2, zones=ZONES[:2])], objects, NodeMissing("cpu"))
    assert lost.most_waiting == 1
    assert any(
        "didn't match PersistentVolume's node affinity" in reason
        for reason in lost.shortages[0].reasons
    )


def test_a_class_may_allow_some_zones_only() -> None:
    """A new volume is made in one of them, or nowhere."""
    assert waiting(_GROUPS, [_allowed(ZONES[1]), *_sharing(3)]) == {"app": 1}
    assert reasons(_GROUPS, [_allowed(ZONES[2]), *_sharing(1)]) == {
        "2 node(s) didn't find available persistent volumes to bind"
    }


def test_a_volume_that_does_not_wait_is_in_any_zone() -> None:
    """Bound at once, it may lie where its pods cannot go: nobody knows before."""
    chosen: Document = {"nodeSelector": {"topology.kubernetes.io/zone": ZONES[0]}}
    at_once = storage_class(volumeBindingMode="Immediate")
    found = finding(_GROUPS, [at_once, *_sharing(1, **chosen)])

    assert (found.fewest_waiting, found.most_waiting) == (0, 1)


def test_a_claim_that_nobody_makes_is_named() -> None:
    """The pod waits for it on every node."""
    assert reasons(_GROUPS, [storage_class(), _sharing(1)[1]]) == {
        'persistentvolumeclaim "shared" not found'
    }


def test_a_claim_of_no_known_class_is_never_filled() -> None:
    """Neither a class that nobody makes, nor the default where there is none."""
    unbound = {"pod has unbound immediate PersistentVolumeClaims"}
    nameless = _sharing(1)
    del nameless[0]["spec"]["storageClassName"]

    assert reasons(_GROUPS, _sharing(1, "fast")) == unbound
    assert reasons(_GROUPS, nameless) == unbound


def test_the_default_class_fills_claims_that_name_none() -> None:
    """As the annotation says."""
    default = storage_class()
    default["metadata"]["annotations"] = {"storageclass.kubernetes.io/is-default-class": "true"}
    nameless = _sharing(3)
    del nameless[0]["spec"]["storageClassName"]

    assert waiting(_GROUPS, [default, *nameless]) == {"app": 1}
