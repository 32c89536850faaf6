"""Which nodes a pod may use, and beside which other pods."""

from typing import Any

import pytest

from tests.plan.capacity.asking import finding, reasons, waiting
from tests.plan.capacity.builder import (
    Document,
    Group,
    deployment,
    pod_spec,
    taint,
)
from tests.plan.capacity.pieces import near, node_affinity, required

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
