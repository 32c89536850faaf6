"""Wildcards in what roles may do, each with the reason for which it was let in."""

import json
import re

import pytest

from settings.system import Avadot
from tests.stacks.grants import grants, principals
from tests.stacks.synths import STACKS, SYSTEMS, everything

_EVERYTHING = {
    "LoadBalancerController/Role/DefaultPolicy/Resource": {
        "acm:DescribeCertificate": "certificates are looked up before their names are known",
        "acm:ListCertificates": "lists know no resource",
        "ec2:CreateSecurityGroup": "the group has no name yet",
        "ec2:Describe*": "EC2 describes everything or nothing",
        "ec2:GetSecurityGroupsForVpc": "lists know no resource",
        "elasticloadbalancing:Describe*": "lists know no resource",
        "iam:CreateServiceLinkedRole": "limited by its condition to the load balancer's own role",
    },
}
"""What may be done to every resource, by the policy that allows it."""

_ACCOUNT = re.compile(r"(?<![0-9a-f])\d{12}(?![0-9a-f])")
_OF_TESTS = {"123456789012"}  # the certificate that the tests made up
_LOOKS_SECRET = re.compile(
    r"AKIA[0-9A-Z]{16}|-----BEGIN|sk-[A-Za-z0-9_-]{20}|xox[a-z]-|eyJ[\w-]{20}\.eyJ"
)


@pytest.mark.parametrize("name", STACKS)
def test_no_role_may_do_everything(name: str) -> None:
    """No statement allows every action, nor every action of a service."""
    for grant in grants(everything(), name):
        for action in grant.actions:
            service, _, verb = action.partition(":")
            assert verb.strip("*"), f"{grant.path} allows {action}"
            assert "*" not in service


@pytest.mark.parametrize("name", STACKS)
def test_rights_on_every_resource_have_a_reason(name: str) -> None:
    """Whoever adds one writes its reason here; a reason without its right is taken out."""
    granted: dict[str, set[str]] = {}
    for grant in grants(everything(), name):
        if "*" in grant.resources:
            granted.setdefault(grant.path, set()).update(grant.actions)
    reasoned = {path: set(actions) for path, actions in _EVERYTHING.items()}
    assert granted == (reasoned if name.endswith("Cluster") else {})


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: system.name)
def test_a_controller_leaves_the_load_balancers_of_others_alone(system: Avadot) -> None:
    """Two environments share an account: each may tag and change what has its cluster's name."""
    name, shared = f"{system.name}Cluster", ("security-group/*", "targetgroup/*")
    own_name = str({"Ref": everything().stacks[name].the("AWS::EKS::Cluster").logical_id})
    found = [
        grant
        for grant in grants(everything(), name)
        if any(resource.endswith(shared) for resource in grant.resources)
    ]
    assert len(found) == 4
    assert [sorted(g.actions) for g in found if own_name not in g.condition] == []


@pytest.mark.parametrize("name", STACKS)
def test_no_role_can_be_taken_by_everybody(name: str) -> None:
    """Roles are for services of AWS; that of the operators for people of this account."""
    for role in everything().stacks[name].of_type("AWS::IAM::Role"):
        match principals(role):
            case {"Service": str()}:
                continue
            case {"AWS": account}:
                spelled = everything().spell(name, account)
                assert spelled == "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"
                assert role.path == "Operators/Resource"
            case other:
                pytest.fail(f"{role.path} trusts {other}")


@pytest.mark.parametrize("name", STACKS)
def test_no_account_is_written_down(name: str) -> None:
    """The account is that of whoever deploys."""
    found = set(_ACCOUNT.findall(json.dumps(everything().stacks[name].template)))
    assert found <= (_OF_TESTS if name == "AvadotOtherwise" else set())


@pytest.mark.parametrize("name", STACKS)
def test_nothing_looks_like_a_secret(name: str) -> None:
    """No access key, private key, provider's key or token stands in a template."""
    assert _LOOKS_SECRET.findall(json.dumps(everything().stacks[name].template)) == []
