"""Wildcards in what roles may do, each with the reason for which it was let in."""

import json
import re

import pytest

from settings.system import Avadot
from tests.stacks.grants import grants, principals
from tests.stacks.synths import AVADOTS, STACKS, everything

_LISTS = "lists know no resource"
_DESCRIBES = "EC2 describes everything or nothing"
_DELIVERIES = "deliveries of logs know no resource"
_TRACES = "traces know no resource"
_EVERYTHING = {
    "AvadotCluster": {
        "LoadBalancerController/Role/DefaultPolicy/Resource": {
            "acm:DescribeCertificate": "certificates are looked up before their names are known",
            "acm:ListCertificates": _LISTS,
            "ec2:CreateSecurityGroup": "the group has no name yet",
            "ec2:Describe*": _DESCRIBES,
            "ec2:GetSecurityGroupsForVpc": _LISTS,
            "elasticloadbalancing:Describe*": _LISTS,
            "iam:CreateServiceLinkedRole": "limited by its condition to the load balancer's role",
        },
    },
    "GuardianCluster": {
        "ClusterAutoscaler/Role/DefaultPolicy/Resource": {
            "autoscaling:DescribeAutoScalingGroups": _LISTS,
            "autoscaling:DescribeAutoScalingInstances": _LISTS,
            "autoscaling:DescribeLaunchConfigurations": _LISTS,
            "autoscaling:DescribeScalingActivities": _LISTS,
            "autoscaling:DescribeTags": _LISTS,
            "ec2:DescribeImages": _DESCRIBES,
            "ec2:DescribeInstanceTypes": _DESCRIBES,
            "ec2:DescribeLaunchTemplateVersions": _DESCRIBES,
            "ec2:GetInstanceTypesFromInstanceRequirements": _LISTS,
        },
    },
    "Guardian": {
        "Workflow/StateMachine/Role/DefaultPolicy/Resource": {
            "logs:CreateLogDelivery": _DELIVERIES,
            "logs:DeleteLogDelivery": _DELIVERIES,
            "logs:DescribeLogGroups": _DELIVERIES,
            "logs:DescribeResourcePolicies": _DELIVERIES,
            "logs:GetLogDelivery": _DELIVERIES,
            "logs:ListLogDeliveries": _DELIVERIES,
            "logs:PutResourcePolicy": _DELIVERIES,
            "logs:UpdateLogDelivery": _DELIVERIES,
            "transcribe:StartTranscriptionJob": "a job has no name before it starts",
            "xray:GetSamplingRules": _TRACES,
            "xray:GetSamplingTargets": _TRACES,
            "xray:PutTelemetryRecords": _TRACES,
            "xray:PutTraceSegments": _TRACES,
        },
    },
}
"""What may be done to every resource, by the kind of stack and the policy that allows it."""

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
    assert granted == {path: set(actions) for path, actions in _reasons(name).items()}


def _reasons(name: str) -> dict[str, dict[str, str]]:
    """Return the reasons for a stack, whichever the environment."""
    kind = "Avadot" if name.startswith("Avadot") else "Guardian"
    part = next((p for p in ("Network", "Data", "Cluster", "Registry") if name.endswith(p)), "")
    return _EVERYTHING.get(f"{kind}{part}", {})


@pytest.mark.parametrize("system", AVADOTS, ids=lambda system: system.name)
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
