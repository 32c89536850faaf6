"""A network policy lets more through."""

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
        (_ingress(_NEAR), _ingress(_NEAR) | {"podSelector": {}}, "selects other pods"),
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
