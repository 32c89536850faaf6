"""A network policy lets more through."""

from typing import Any

import pytest

from plan.changes.nouns import Severity, Topic
from tests.plan.assemblies import Document, thing
from tests.plan.changes.compared import objects, severities, told


def _network_policy(**spec: Any) -> Document:
    return thing("NetworkPolicy", spec={"podSelector": {"matchLabels": {"a": "1"}}} | spec)


def _ingress(*peers: Document, port: int | None = 80) -> Document:
    ports = {"ports": [{"port": port}]} if port else {}
    return {"ingress": [{"from": list(peers), **ports}], "policyTypes": ["Ingress"]}


_NEAR = {"ipBlock": {"cidr": "10.0.0.0/24"}}
_FAR = {"ipBlock": {"cidr": "10.0.0.0/8"}}
_POD = {"podSelector": {"matchLabels": {"b": "1"}}}


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (_ingress(_NEAR), _ingress(_FAR), "lets in TCP 80 from 10.0.0.0/8"),
        (_ingress(_NEAR), _ingress(_NEAR, _POD), "podSelector"),
        (_ingress(_NEAR), _ingress(_NEAR, port=None), "lets in any port from 10.0.0.0/24"),
        (_ingress(_NEAR), _ingress(), "lets in TCP 80 from anybody"),
        (_ingress(_NEAR), {"policyTypes": ["Egress"]}, "lets in any port from anybody"),
        ({"policyTypes": ["Ingress"]}, _ingress(_NEAR), "lets in TCP 80 from 10.0.0.0/24"),
        (_ingress(_NEAR), _ingress(_NEAR) | {"podSelector": {}}, "covers other pods"),
    ],
)
def test_a_network_policy_that_lets_in_more_is_a_risk(
    before: Document, after: Document, words: str
) -> None:
    """More peers, more ports, or no word about what comes in."""
    # What goes out is let out on both sides, so that only what comes in differs.
    changes = objects(
        [_network_policy(**before, egress=[{}])], [_network_policy(**after, egress=[{}])]
    )

    ((severity, sentence),) = told(changes, Topic.REACH)
    assert severity is Severity.RISKY
    assert words in sentence


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
def test_a_network_policy_that_lets_in_less_is_none(before: Document, after: Document) -> None:
    """The other direction is welcome."""
    changes = objects([_network_policy(**before)], [_network_policy(**after)])

    assert severities(changes, Topic.REACH) == []


def test_a_network_policy_that_lets_out_more_is_worth_a_look() -> None:
    """As with security groups."""
    out = {"egress": [{"to": [_NEAR]}], "policyTypes": ["Egress"]}

    changes = objects([_network_policy(policyTypes=["Egress"])], [_network_policy(**out)])

    assert told(changes, Topic.REACH) == [
        (Severity.NOTICE, "now also lets out any port to 10.0.0.0/24")
    ]


def test_a_new_network_policy_is_worth_a_look_if_it_lets_in_anybody() -> None:
    """A policy adds to what others let in."""
    some = objects([], [_network_policy(**_ingress(_NEAR))])
    anybody = objects([], [_network_policy(**_ingress())])
    outwards = objects([], [_network_policy(policyTypes=["Egress"])])

    assert severities(some, Topic.REACH) == []
    assert severities(anybody, Topic.REACH) == [Severity.NOTICE]
    assert severities(outwards, Topic.REACH) == []
