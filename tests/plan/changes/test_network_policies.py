"""A network policy lets more or less through, or other policies select the same pods."""

from itertools import pairwise
from typing import Any

import pytest

from plan.changes.nouns import Severity, Topic
from tests.plan.assemblies import Document, thing
from tests.plan.changes.compared import assert_risk, objects, risks, severities


def _network_policy(**spec: Any) -> Document:
    return thing("NetworkPolicy", spec={"podSelector": {"matchLabels": {"a": "1"}}} | spec)


def _ingress(*peers: Document, port: int | None = 80) -> Document:
    ports = {"ports": [{"port": port}]} if port else {}
    return {"ingress": [{"from": list(peers), **ports}], "policyTypes": ["Ingress"]}


def _selecting(labels: Document | None = None, *expressions: Document) -> Document:
    return {"podSelector": {"matchLabels": labels or {}, "matchExpressions": list(expressions)}}


def _in(key: str, *values: str) -> Document:
    return {"key": key, "operator": "In", "values": list(values)}


def _pods(name: str, labels: Document) -> Document:
    template = {
        "metadata": {"labels": labels},
        "spec": {"containers": [{"name": "it", "image": "it@sha256:0"}]},
    }
    return thing("Deployment", name, spec={"template": template})


_NEAR = {"ipBlock": {"cidr": "10.0.0.0/24"}}
_FAR = {"ipBlock": {"cidr": "10.0.0.0/8"}}
_POD = {"podSelector": {"matchLabels": {"b": "1"}}}


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (_ingress(_NEAR), _ingress(_FAR), "allows ingress TCP 80 from 10.0.0.0/8"),
        (_ingress(_NEAR), _ingress(_NEAR, _POD), "podSelector"),
        (_ingress(_NEAR), _ingress(_NEAR, port=None), "allows ingress any port from 10.0.0.0/24"),
        (_ingress(_NEAR), _ingress(), "allows ingress TCP 80 from anywhere"),
        (_ingress(_NEAR), {"policyTypes": ["Egress"]}, "allows ingress any port from anywhere"),
        ({"policyTypes": ["Ingress"]}, _ingress(_NEAR), "allows ingress TCP 80 from 10.0.0.0/24"),
        (_ingress(_NEAR), _ingress(_NEAR) | _selecting({"b": "1"}), "selects other pods"),
    ],
)
def test_a_network_policy_that_allows_more_inbound_is_a_risk(
    before: Document, after: Document, words: str
) -> None:
    """More peers, more ports, or no word about what comes in."""
    # Egress is allowed on both sides, so that only ingress differs.
    changes = objects(
        [_network_policy(**before, egress=[{}])], [_network_policy(**after, egress=[{}])]
    )

    assert_risk(changes, Topic.EXPOSURE, Severity.RISKY, words)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (_ingress(_FAR), _ingress(_NEAR)),
        (_ingress(_FAR), _ingress({"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}})),
        (_ingress(_NEAR, port=None), _ingress(_NEAR)),
        (_ingress(_NEAR, _POD), _ingress(_POD)),
        (_ingress(_NEAR), {"policyTypes": ["Ingress"]}),
    ],
)
def test_a_network_policy_that_allows_less_takes_access_away(
    before: Document, after: Document
) -> None:
    """It exposes nothing, but what still connects is no longer let through."""
    changes = objects([_network_policy(**before)], [_network_policy(**after)])

    assert severities(changes, Topic.EXPOSURE) == []
    assert_risk(changes, Topic.LOST, Severity.RISKY, "no longer allows ingress")


def test_a_network_policy_that_lets_everything_out_is_a_risk() -> None:
    closed, open_ = (
        _network_policy(policyTypes=types) for types in (["Ingress", "Egress"], ["Ingress"])
    )

    assert_risk(
        objects([closed], [open_]), Topic.EXPOSURE, Severity.RISKY, "egress any port to anywhere"
    )


def test_a_network_policy_that_allows_more_outbound_is_a_notice() -> None:
    out = {"egress": [{"to": [_NEAR]}], "policyTypes": ["Egress"]}

    changes = objects([_network_policy(policyTypes=["Egress"])], [_network_policy(**out)])

    assert risks(changes, Topic.EXPOSURE) == [
        (Severity.NOTICE, "now also allows egress any port to 10.0.0.0/24")
    ]


def test_a_new_network_policy_is_a_notice_if_it_lets_in_anybody() -> None:
    """Policies add up: it may allow more than the others."""
    some = objects([], [_network_policy(**_ingress(_NEAR))])
    anybody = objects([], [_network_policy(**_ingress())])
    outwards = objects([], [_network_policy(policyTypes=["Egress"])])

    assert severities(some, Topic.EXPOSURE) == []
    assert severities(anybody, Topic.EXPOSURE) == [Severity.NOTICE]
    assert severities(outwards, Topic.EXPOSURE) == []


@pytest.mark.parametrize(
    "after",
    [
        _selecting(),
        _selecting(None, _in("a", "1", "2")),
        _selecting(None, _in("a", "1")),
        _selecting(None, {"key": "a", "operator": "NotIn", "values": ["2"]}),
        _selecting(None, {"key": "a", "operator": "Exists"}),
    ],
)
def test_a_policy_that_selects_at_least_the_same_pods_protects_them_still(after: Document) -> None:
    """Selectors are compared by what they select, however they are written."""
    policy = _network_policy(**_ingress(_NEAR))

    changes = objects([policy], [_network_policy(**_ingress(_NEAR), **after)])

    assert changes.risks == ()


@pytest.mark.parametrize(
    "after",
    [
        _selecting({"a": "1", "b": "1"}),
        _selecting(None, _in("a", "2", "3")),
        _selecting(None, {"key": "a", "operator": "DoesNotExist"}),
    ],
)
def test_a_policy_that_leaves_pods_which_are_in_no_manifest_is_a_risk(after: Document) -> None:
    """An operator may have made them."""
    before, after = (_network_policy(**_ingress(_NEAR), **one) for one in ({}, after))

    changes = objects([before], [after])

    assert_risk(changes, Topic.EXPOSURE, Severity.RISKY, "selects other pods")


def test_a_policy_of_the_whole_namespace_that_leaves_pods_is_a_risk() -> None:
    """Others than those of the manifests may be there, where one of named pods is about those."""
    pods = _pods("one", {"a": "1"})
    everywhere, both, one = (
        _network_policy(**_ingress(_NEAR), **selected)
        for selected in (_selecting(), _selecting(None, _in("a", "1", "2")), _selecting({"a": "1"}))
    )

    narrowed = objects([everywhere, pods], [one, pods])

    assert_risk(narrowed, Topic.EXPOSURE, Severity.RISKY, "selects other pods")
    assert objects([both, pods], [one, pods]).risky == ()


def test_pods_that_a_policy_no_longer_selects_are_named_with_what_is_open_to_them() -> None:
    before, after = (
        _network_policy(**_ingress(_NEAR), **_selecting(None, _in("a", *values)))
        for values in (("1", "2"), ("1",))
    )
    pods = [_pods("one", {"a": "1"}), _pods("two", {"a": "2"})]

    changes = objects([before, *pods], [after, *pods])

    assert_risk(
        changes,
        Topic.EXPOSURE,
        Severity.RISKY,
        "no longer selects Deployment avadot/two: together its policies now also allow ingress any "
        "port from anywhere",
    )


def test_pods_that_go_with_their_selector_are_no_risk() -> None:
    before, after = (
        _network_policy(**_ingress(_NEAR), **_selecting(None, _in("a", *values)))
        for values in (("1", "2"), ("1",))
    )
    pods = [_pods("one", {"a": "1"}), _pods("two", {"a": "2"})]

    assert objects([before, *pods], [after, *pods[:1]]).risky == ()


def test_pods_that_another_policy_keeps_closed_are_only_told_what_differs() -> None:
    """Policies add up: the namespace's own refuses what no other one allows."""
    closed = thing("NetworkPolicy", "closed", spec={"podSelector": {}, "policyTypes": ["Ingress"]})
    before, after = (
        _network_policy(**_ingress(_NEAR), **_selecting(None, _in("a", *values)))
        for values in (("1", "2"), ("1",))
    )
    pods = [closed, _pods("one", {"a": "1"}), _pods("two", {"a": "2"})]

    changes = objects([before, *pods], [after, *pods])

    assert risks(changes, Topic.EXPOSURE) == []
    assert_risk(changes, Topic.LOST, Severity.RISKY, "no longer allow ingress TCP 80 from 10.0.0")


def test_pods_that_a_new_policy_closes_lose_what_was_open() -> None:
    """Until then no policy selected them, so that everybody could connect."""
    pods = _pods("one", {"a": "1"})

    changes = objects([pods], [pods, _network_policy(**_ingress(_NEAR))])

    assert_risk(
        changes,
        Topic.LOST,
        Severity.RISKY,
        "selects Deployment avadot/one: together its policies no longer allow ingress any port "
        "from anywhere",
    )


def test_pods_whose_labels_leave_their_policy_are_open() -> None:
    policy = _network_policy(**_ingress(_NEAR))

    changes = objects([_pods("one", {"a": "1"}), policy], [_pods("one", {"a": "2"}), policy])

    assert_risk(changes, Topic.EXPOSURE, Severity.RISKY, "no longer selects Deployment avadot/one")


def test_a_policy_that_leaves_its_manifest_still_protects() -> None:
    """As kubectl does not prune it."""
    pods = _pods("one", {"a": "1"})

    changes = objects([pods, _network_policy(**_ingress(_NEAR))], [pods])

    assert changes.risky == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"podSelector": {"matchLabels": {"b": "1"}}}, {"podSelector": {}}),
        (
            {"podSelector": {"matchLabels": {"b": "1"}}},
            {"podSelector": {"matchExpressions": [_in("b", "1", "2")]}},
        ),
        ({"podSelector": {}}, {"podSelector": {}, "namespaceSelector": {}}),
        (
            {"namespaceSelector": {"matchLabels": {"n": "1"}}},
            {"namespaceSelector": {"matchExpressions": [{"key": "n", "operator": "Exists"}]}},
        ),
    ],
)
def test_peers_among_more_pods_keep_what_they_were_allowed(
    before: Document, after: Document
) -> None:
    """They are compared by what they select: here the second lets in all of the first."""
    narrow, wide = (_network_policy(**_ingress(one)) for one in (before, after))

    broadened, narrowed = objects([narrow], [wide]), objects([wide], [narrow])

    assert severities(broadened, Topic.EXPOSURE) == [Severity.RISKY]
    assert severities(broadened, Topic.LOST) == []
    assert severities(narrowed, Topic.EXPOSURE) == []
    assert severities(narrowed, Topic.LOST) == [Severity.RISKY]


def test_old_pods_serve_behind_a_policy_that_selects_only_new_ones() -> None:
    """In the way that the finding names, the policy selects both until only new ones are left."""
    closed = thing("NetworkPolicy", "closed", spec={"podSelector": {}, "policyTypes": ["Ingress"]})
    one, two = (_network_policy(**_ingress(_NEAR), **_selecting({"a": n})) for n in ("1", "2"))
    both = _network_policy(**_ingress(_NEAR), **_selecting(None, _in("a", "1", "2")))
    old, new = _pods("it", {"a": "1"}), _pods("it", {"a": "2"})
    steps = [[closed, one, old], [closed, both, new], [closed, two, new]]

    at_once = objects(steps[0], steps[-1])

    assert_risk(
        at_once,
        Topic.MEANWHILE,
        Severity.RISKY,
        "no longer selects Deployment avadot/it: together its policies no longer allow ingress "
        "TCP 80 from 10.0.0.0/24",
    )
    for before, after in pairwise(steps):
        assert objects(before, after).risky == ()
