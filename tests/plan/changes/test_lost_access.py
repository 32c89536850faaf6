"""Access goes while whoever had it, and what it led to, stay."""

from typing import Any

import pytest

from plan.changes.nouns import Severity, Topic
from tests.plan.assemblies import Document, manifest, resource, thing
from tests.plan.changes.compared import assert_risk, resources, risks

_READ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:models/*"}
_SEND = {"Effect": "Allow", "Action": "states:SendTaskSuccess", "Resource": {"Ref": "Machine"}}


def _policy(*statements: Document, role: str = "Role") -> Document:
    document = {"Statement": list(statements)}
    properties = {"PolicyDocument": document, "Roles": [{"Ref": role}]}
    return resource("AWS::IAM::Policy", "App/tarot/Policy", properties)


def _role(*actions: str, **properties: Any) -> Document:
    trust = {"Effect": "Allow", "Action": list(actions), "Principal": {"Service": "pods"}}
    return resource(
        "AWS::IAM::Role",
        "App/tarot/Role",
        {"AssumeRolePolicyDocument": {"Statement": [trust]}} | properties,
    )


_ROLE = _role("sts:AssumeRole", "sts:TagSession")
_MACHINE = resource("AWS::StepFunctions::StateMachine", "App/Machine", {})


def test_a_right_that_goes_from_a_role_that_stays_is_a_risk() -> None:
    before = {"Role": _ROLE, "Machine": _MACHINE, "P": _policy(_READ, _SEND)}

    changes = resources(before, before | {"P": _policy(_READ)})

    sentence = (
        "no longer allows states:SendTaskSuccess on ${Machine}: whoever still asks is refused"
    )
    assert risks(changes, Topic.LOST) == [(Severity.RISKY, sentence)]


def test_a_policy_that_goes_whole_is_a_risk() -> None:
    before = {"Role": _ROLE, "P": _policy(_READ)}

    changes = resources(before, {"Role": _ROLE})

    assert_risk(changes, Topic.LOST, Severity.RISKY, "no longer allows s3:GetObject")


@pytest.mark.parametrize(
    "after",
    [
        {"Role": _ROLE, "Machine": _MACHINE, "Other": _policy(_SEND)},
        {"Machine": _MACHINE},
        {"Role": _ROLE},
        {
            "Role": _role(
                *("sts:AssumeRole", "sts:TagSession"),
                Policies=[{"PolicyName": "p", "PolicyDocument": {"Statement": [_SEND]}}],
            ),
            "Machine": _MACHINE,
        },
    ],
    ids=["another policy has it", "its role goes", "what it is about goes", "it moves inside"],
)
def test_a_right_that_nobody_misses_is_none(after: dict[str, Document]) -> None:
    before = {"Role": _ROLE, "Machine": _MACHINE, "P": _policy(_SEND)}

    assert risks(resources(before, after), Topic.LOST) == []


def test_a_right_of_another_role_replaces_none() -> None:
    before = {"Role": _ROLE, "Second": _ROLE, "P": _policy(_READ)}

    changes = resources(before, before | {"P": _policy(_READ, role="Second")})

    assert_risk(changes, Topic.LOST, Severity.RISKY, "no longer allows s3:GetObject")


def test_a_way_to_assume_a_role_that_goes_is_a_risk() -> None:
    """EKS Pod Identity tags each session, and is refused as a whole where it may not."""
    changes = resources({"Role": _ROLE}, {"Role": _role("sts:AssumeRole")})

    assert_risk(changes, Topic.LOST, Severity.RISKY, "sts:TagSession by pods")


def test_a_managed_policy_that_goes_is_a_risk() -> None:
    arns = [{"Fn::Sub": f"arn:${{AWS::Partition}}:iam::aws:policy/{name}"} for name in "AB"]
    both, one = (_role("sts:AssumeRole", ManagedPolicyArns=some) for some in (arns, arns[:1]))

    assert_risk(resources({"R": both}, {"R": one}), Topic.LOST, Severity.RISKY, "no longer has B")


def _rule(port: int = 3306) -> Document:
    return resource(
        "AWS::EC2::SecurityGroupIngress",
        "App/NodesToMySql",
        {
            "GroupId": {"Fn::GetAtt": ["Store", "GroupId"]},
            "SourceSecurityGroupId": {"Fn::GetAtt": ["Nodes", "GroupId"]},
            "IpProtocol": "tcp",
            "FromPort": port,
            "ToPort": port,
        },
    )


_GROUP = resource("AWS::EC2::SecurityGroup", "App/Group", {})
_GROUPS = {"Store": _GROUP, "Nodes": _GROUP}


@pytest.mark.parametrize("after", [_GROUPS, _GROUPS | {"Rule": _rule(3307)}])
def test_a_rule_that_goes_from_a_group_that_stays_is_a_risk(after: dict[str, Document]) -> None:
    changes = resources(_GROUPS | {"Rule": _rule()}, after)

    assert_risk(changes, Topic.LOST, Severity.RISKY, "no longer allows inbound tcp 3306")


def test_a_rule_that_goes_with_its_group_or_its_peer_is_none() -> None:
    before = _GROUPS | {"Rule": _rule()}
    for gone in _GROUPS:
        left = {name: one for name, one in _GROUPS.items() if name != gone}
        assert risks(resources(before, left), Topic.LOST) == []


@pytest.mark.parametrize(
    ("kind", "properties", "owner"),
    [
        (
            "AWS::EC2::Route",
            {"RouteTableId": {"Ref": "Owner"}, "DestinationCidrBlock": "0.0.0.0/0"},
            "AWS::EC2::RouteTable",
        ),
        (
            "AWS::EC2::SubnetRouteTableAssociation",
            {"SubnetId": {"Ref": "Owner"}},
            "AWS::EC2::Subnet",
        ),
        ("AWS::EC2::VPCEndpoint", {"VpcId": {"Ref": "Owner"}}, "AWS::EC2::VPC"),
    ],
)
def test_a_way_out_that_goes_is_a_risk(kind: str, properties: Document, owner: str) -> None:
    """Unless the route table or the subnet goes with it."""
    stays, way = resource(owner, "App/Owner", {}), resource(kind, "App/Way", properties)

    assert_risk(
        resources({"Owner": stays, "Way": way}, {"Owner": stays}),
        Topic.LOST,
        Severity.RISKY,
        "is removed: ",
    )
    assert risks(resources({"Owner": stays, "Way": way}, {}), Topic.LOST) == []


def test_an_access_entry_without_its_group_is_a_risk() -> None:
    """Kubernetes gives rights to groups by their names, and says nothing of those it lacks."""
    before, after = (
        resource("AWS::EKS::AccessEntry", "App/Gate", {"KubernetesGroups": [name]})
        for name in ("gate", "gates")
    )

    assert_risk(
        resources({"E": before}, {"E": after}), Topic.LOST, Severity.RISKY, "is no longer of gate"
    )


def test_a_subnet_that_no_controller_finds_is_a_risk() -> None:
    before, after = (
        resource("AWS::EC2::Subnet", "App/Subnet", {"Tags": [{"Key": key, "Value": "1"}]})
        for key in ("kubernetes.io/role/elb", "Name")
    )

    sentence = "loses kubernetes.io/role/elb, by which a controller finds it"
    assert risks(resources({"S": before}, {"S": after}), Topic.LOST) == [(Severity.RISKY, sentence)]
    assert risks(resources({"S": after}, {"S": before}), Topic.LOST) == []


def _association(account: str) -> Document:
    properties = {"Namespace": "avadot", "ServiceAccount": account, "RoleArn": "arn:role"}
    return resource("AWS::EKS::PodIdentityAssociation", "App/tarot/Role/Association", properties)


@pytest.mark.parametrize("after", [{"A": _association("tarot-sa")}, {}])
def test_pods_whose_account_has_no_role_any_more_are_a_risk(after: dict[str, Document]) -> None:
    """EKS takes an association of an account that nobody uses."""
    pod = {"serviceAccountName": "tarot", "containers": []}
    pods = thing("Deployment", spec={"template": {"spec": pod}})
    runs = {"Objects": manifest("App/tarot/Objects/Resource/Default", pods)}

    changes = resources(runs | {"A": _association("tarot")}, runs | after)

    assert_risk(
        changes, Topic.LOST, Severity.RISKY, "no longer gives its role to Deployment avadot/tarot"
    )
    assert risks(resources({"A": _association("tarot")}, after), Topic.LOST) == []


def test_another_role_that_may_less_takes_rights_from_pods_that_run() -> None:
    """They get the rights of the new one as soon as the association has it."""

    def stack(role: str, action: str) -> dict[str, Document]:
        association = _association("tarot")
        given = association["Properties"] | {"RoleArn": {"Fn::GetAtt": [role, "Arn"]}}
        may = _policy({"Effect": "Allow", "Action": action, "Resource": "arn:models/*"}, role=role)
        return {role: _ROLE, "P": may, "A": association | {"Properties": given}}

    old, less, more = stack("Old", "s3:Get*"), stack("New", "s3:GetObject"), stack("New", "s3:*")

    words = "gives pods a role that does not allow s3:Get* on arn:models/*, also those that run now"
    assert_risk(resources(old, less), Topic.LOST, Severity.RISKY, words)
    assert risks(resources(old, more), Topic.LOST) == []


def test_an_add_on_whose_pods_lose_their_role_is_a_risk() -> None:
    before, after = (
        resource(
            "AWS::EKS::Addon",
            "App/AddOns/driver",
            {"PodIdentityAssociations": [{"ServiceAccount": name, "RoleArn": "arn:role"}]},
        )
        for name in ("controller-sa", "controller")
    )

    sentence = "no longer gives its role to controller-sa"
    assert risks(resources({"A": before}, {"A": after}), Topic.LOST) == [(Severity.RISKY, sentence)]
