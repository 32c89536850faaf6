"""Wildcards in what roles may do, each with the reason for which it was let in."""

import json
import re
from collections.abc import Iterator, Mapping

import pytest

from settings.system import System
from settings.systems import system_of
from stacks.parts.controllers import CONTROLLERS
from stacks.parts.controllers.load_balancer import LoadBalancerController
from tests.stacks.grants import grants, principals
from tests.stacks.synths import (
    ALTERNATIVES,
    EVERY,
    cases_of,
    each,
    every_stack,
    everything,
    reference,
    stack,
    the,
)

_LISTS = "lists know no resource"
_DESCRIBES = "EC2 describes everything or nothing"
_OF_CONTROLLERS: Mapping[str, Mapping[str, str]] = {
    "LoadBalancerController": {
        "acm:DescribeCertificate": "certificates are looked up before their names are known",
        "acm:ListCertificates": _LISTS,
        "ec2:CreateSecurityGroup": "the group has no name yet",
        "ec2:Describe*": _DESCRIBES,
        "ec2:GetSecurityGroupsForVpc": _LISTS,
        "elasticloadbalancing:Describe*": _LISTS,
        "iam:CreateServiceLinkedRole": "limited by its condition to the load balancer's role",
    },
    "Karpenter": {
        **dict.fromkeys(
            (
                "ec2:DescribeCapacityReservations",
                "ec2:DescribeImages",
                "ec2:DescribeInstanceStatus",
                "ec2:DescribeInstanceTypeOfferings",
                "ec2:DescribeInstanceTypes",
                "ec2:DescribeInstances",
                "ec2:DescribeLaunchTemplates",
                "ec2:DescribePlacementGroups",
                "ec2:DescribeSecurityGroups",
                "ec2:DescribeSpotPriceHistory",
                "ec2:DescribeSubnets",
            ),
            _DESCRIBES,
        ),
        "iam:ListInstanceProfiles": _LISTS,
        "pricing:GetProducts": "the price list is one",
    },
    "Keda": {},
    "ArgoRollouts": {},
    "ArgoWorkflows": {},
    "DcgmExporter": {},
    "KubePrometheusStack": {},
}
"""What controllers may do to every resource. For a system's own see its `cases`."""

_ACCOUNT = re.compile(r"(?<![0-9a-f])\d{12}(?![0-9a-f])")
_OF_TESTS = {"123456789012"}  # the certificate that the tests made up
_LOOKS_SECRET = re.compile(
    r"AKIA[0-9A-Z]{16}|-----BEGIN|sk-[A-Za-z0-9_-]{20}|xox[a-z]-|eyJ[\w-]{20}\.eyJ"
)


@every_stack
def test_no_role_may_do_everything(name: str) -> None:
    """No statement allows every action, nor every action of a service."""
    for grant in grants(name):
        for action in grant.actions:
            service, _, verb = action.partition(":")
            assert verb.strip("*"), f"{grant.path} allows {action}"
            assert "*" not in service


@every_stack
def test_rights_on_every_resource_have_a_reason(name: str) -> None:
    """Whoever adds one writes its reason here; a reason without its right is taken out."""
    granted: dict[str, set[str]] = {}
    for grant in grants(name):
        if "*" in grant.resources:
            granted.setdefault(grant.path, set()).update(grant.actions)
    assert granted == {path: set(actions) for path, actions in _reasons(name)}


def _reasons(name: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield the reasons for a stack, by policy."""
    yield from (
        (path, actions)
        for path, actions in cases_of(system_of(name)).ON_EVERY_RESOURCE.items()
        if name in {system.name for system in EVERY}
    )
    for system in EVERY:
        if name == f"{system.name}Cluster":
            for add_on in CONTROLLERS.keys() & set(system.cluster.add_ons):
                controller = CONTROLLERS[add_on].__name__
                if reasons := _OF_CONTROLLERS[controller]:
                    yield f"{controller}/Role/DefaultPolicy/Resource", reasons


@each([system for system in EVERY if LoadBalancerController.NAME in system.cluster.add_ons])
def test_a_controller_leaves_the_load_balancers_of_others_alone(system: System) -> None:
    """Two environments share an account: each may tag and change what has its cluster's name."""
    cluster, shared = stack(system, "Cluster"), ("security-group/*", "targetgroup/*")
    own_name = reference(the(cluster, "AWS::EKS::Cluster"), seen_from=cluster.name)
    found = [
        grant
        for grant in grants(cluster.name)
        if any(resource.endswith(shared) for resource in grant.resources)
    ]
    assert len(found) == 4
    assert [sorted(g.actions) for g in found if own_name not in g.allowed.condition] == []


@every_stack
def test_no_role_can_be_taken_by_everybody(name: str) -> None:
    """Roles are for services of AWS; that of the operators for people of this account."""
    for role in everything().assembly.stack(name).of_type("AWS::IAM::Role"):
        match principals(role):
            case {"Service": str()}:
                continue
            case {"AWS": account}:
                assert account == "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"
                assert role.path == "Operators/Resource"
            case other:
                pytest.fail(f"{role.path} trusts {other}")


@every_stack
def test_no_account_is_written_down(name: str) -> None:
    """The account is that of whoever deploys."""
    found = set(_ACCOUNT.findall(json.dumps(everything().templates[name])))
    made_up = name.startswith(tuple(system.name for system in ALTERNATIVES))
    assert found <= (_OF_TESTS if made_up else set())


@every_stack
def test_nothing_looks_like_a_secret(name: str) -> None:
    """No access key, private key, provider's key or token stands in a template."""
    assert _LOOKS_SECRET.findall(json.dumps(everything().templates[name])) == []
