"""A security group allows more inbound or outbound traffic."""

from typing import Any

import pytest

from plan.changes.nouns import Severity, Topic
from tests.plan.assemblies import Document, resource
from tests.plan.changes.compared import resources, risks, severities


def _rule(source: str = "10.0.0.0/16", port: int = 443) -> Document:
    return {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "CidrIp": source}


def _group(*rules: Document, **properties: Any) -> Document:
    return resource(
        "AWS::EC2::SecurityGroup", "App/Group", {"SecurityGroupIngress": list(rules)} | properties
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([_rule()], [_rule("0.0.0.0/0")]),
        ([_rule()], [_rule(), _rule(port=80)]),
        ([], [_rule()]),
        ([_rule()], [_rule("10.0.0.0/8")]),
        ([_rule()], [{"IpProtocol": "-1", "CidrIp": "10.0.0.0/16"}]),
        ([_rule()], [_rule("2001:db8::/32")]),
    ],
)
def test_a_security_group_that_allows_more_inbound_is_a_risk(
    before: list[Document], after: list[Document]
) -> None:
    changes = resources({"G": _group(*before)}, {"G": _group(*after)})

    assert severities(changes, Topic.EXPOSURE) == [Severity.RISKY]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([_rule("10.0.0.0/8")], [_rule()]),
        ([{"IpProtocol": "-1", "CidrIp": "10.0.0.0/16"}], [_rule()]),
        ([_rule(), _rule(port=80)], [_rule()]),
        ([_rule()], [_rule() | {"Description": "other"}]),
    ],
)
def test_a_security_group_that_allows_less_is_none(
    before: list[Document], after: list[Document]
) -> None:
    changes = resources({"G": _group(*before)}, {"G": _group(*after)})

    assert severities(changes, Topic.EXPOSURE) == []


def test_a_rule_of_its_own_for_a_group_that_was_there_is_a_risk() -> None:
    """The CDK writes rules between groups as resources of their own."""
    rule = resource(
        "AWS::EC2::SecurityGroupIngress",
        "App/Rule",
        {
            "GroupId": {"Fn::GetAtt": ["G", "GroupId"]},
            "IpProtocol": "tcp",
            "FromPort": {"Fn::GetAtt": ["Db", "Endpoint.Port"]},
            "ToPort": {"Fn::GetAtt": ["Db", "Endpoint.Port"]},
            "SourceSecurityGroupId": "sg-1",
        },
    )

    old = resources({"G": _group()}, {"G": _group(), "Rule": rule})
    new = resources({}, {"G": _group(), "Rule": rule})

    assert risks(old, Topic.EXPOSURE) == [
        (Severity.RISKY, "now also allows inbound tcp ${Db.Endpoint.Port} from sg-1")
    ]
    assert risks(new, Topic.EXPOSURE) == []


@pytest.mark.parametrize("group", ["sg-1", {"Fn::ImportValue": "Unknown"}, {"Ref": "Parameter"}])
def test_a_rule_for_a_group_that_no_template_makes_is_a_risk(group: object) -> None:
    rule = resource("AWS::EC2::SecurityGroupIngress", "App/Rule", {"GroupId": group} | _rule())

    assert severities(resources({}, {"Rule": rule}), Topic.EXPOSURE) == [Severity.RISKY]


def test_a_rule_that_moves_out_of_its_group_is_none() -> None:
    own = {"GroupId": {"Fn::GetAtt": ["G", "GroupId"]}} | _rule()
    rule = resource("AWS::EC2::SecurityGroupIngress", "App/Rule", own)

    changes = resources({"G": _group(_rule())}, {"G": _group(), "Rule": rule})

    assert severities(changes, Topic.EXPOSURE) == []


def test_a_new_group_is_a_risk_only_if_it_is_open_to_the_world() -> None:
    assert severities(resources({}, {"G": _group(_rule())}), Topic.EXPOSURE) == []
    assert severities(resources({}, {"G": _group(_rule("0.0.0.0/0"))}), Topic.EXPOSURE) == [
        Severity.RISKY
    ]


def test_a_group_that_allows_more_outbound_is_a_notice() -> None:
    changes = resources({"G": _group()}, {"G": _group(SecurityGroupEgress=[_rule("0.0.0.0/0")])})

    assert risks(changes, Topic.EXPOSURE) == [
        (Severity.NOTICE, "now also allows outbound tcp 443 to 0.0.0.0/0")
    ]
