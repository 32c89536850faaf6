"""A switch that protects pods or machines is taken back."""

import json
from typing import Any

import pytest

from plan.changes.nouns import Severity, Topic
from tests.plan.assemblies import Document, resource, thing
from tests.plan.changes.compared import assert_risk, objects, resources, risks


def _add_on(configuration: object) -> Document:
    values = {"AddonName": "vpc-cni", "ConfigurationValues": json.dumps(configuration)}
    return resource("AWS::EKS::Addon", "App/AddOns/vpc-cni", values)


def _template(**metadata: Any) -> Document:
    data = {"MetadataOptions": {"HttpTokens": "required", "HttpPutResponseHopLimit": 1} | metadata}
    properties = {"LaunchTemplateData": data}
    return resource("AWS::EC2::LaunchTemplate", "App/nodes/Machine", properties)


@pytest.mark.parametrize("after", [{"enableNetworkPolicy": "false"}, {}])
def test_network_policies_that_nobody_enforces_any_more_are_a_risk(after: Document) -> None:
    changes = resources({"A": _add_on({"enableNetworkPolicy": "true"})}, {"A": _add_on(after)})

    sentence = "no longer does what enableNetworkPolicy switched on"
    assert risks(changes, Topic.PROTECTION) == [(Severity.RISKY, sentence)]


def test_a_switch_within_others_is_named_by_its_path() -> None:
    on, off = ({"driver": {"rotation": value, "interval": "2m"}} for value in (True, False))

    changes = resources({"A": _add_on(on)}, {"A": _add_on(off)})

    assert_risk(changes, Topic.PROTECTION, Severity.RISKY, "driver.rotation")


def test_a_switch_that_comes_is_none() -> None:
    changes = resources({"A": _add_on({})}, {"A": _add_on({"enableNetworkPolicy": "true"})})

    assert risks(changes, Topic.PROTECTION) == []


@pytest.mark.parametrize(
    ("changed", "who"),
    [
        ({"HttpPutResponseHopLimit": 2}, "lets pods have"),
        ({"HttpTokens": "optional"}, "lets whoever makes a machine forward a request have"),
    ],
)
def test_credentials_of_a_node_that_others_get_at_are_a_risk(changed: Document, who: str) -> None:
    changes = resources({"T": _template()}, {"T": _template(**changed)})

    assert_risk(changes, Topic.EXPOSURE, Severity.RISKY, who)
    assert risks(resources({"T": _template(**changed)}, {"T": _template()}), Topic.EXPOSURE) == []


def test_disks_in_the_clear_are_a_risk() -> None:
    before, after = (
        resource(
            "AWS::EC2::LaunchTemplate",
            "App/nodes/Machine",
            {"LaunchTemplateData": {"BlockDeviceMappings": [{"Ebs": {"Encrypted": value}}]}},
        )
        for value in (True, False)
    )

    changes = resources({"T": before}, {"T": after})

    assert_risk(changes, Topic.PROTECTION, Severity.RISKY, "no longer encrypts the disks")


_SECURITY = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "readOnlyRootFilesystem": True,
}
_CONFINED = {
    "automountServiceAccountToken": False,
    "securityContext": {"runAsNonRoot": True},
    "shareProcessNamespace": True,
}


def _deployment(pod: Document = _CONFINED, security: Document = _SECURITY) -> Document:
    containers = [{"name": "main", "image": "a@sha256:1", "securityContext": security}]
    return thing("Deployment", spec={"template": {"spec": pod | {"containers": containers}}})


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (_deployment(_CONFINED | {"securityContext": {}}), "from being root"),
        (_deployment(_CONFINED | {"automountServiceAccountToken": True}), "a token"),
        (_deployment(_CONFINED | {"shareProcessNamespace": False}), "from being process 1"),
        (
            _deployment(security=_SECURITY | {"readOnlyRootFilesystem": False}),
            "from writing beside volumes",
        ),
        (_deployment(security=_SECURITY | {"capabilities": {}}), "capabilities of the kernel"),
    ],
)
def test_pods_that_are_confined_less_are_a_risk(after: Document, words: str) -> None:
    assert_risk(objects([_deployment()], [after]), Topic.PROTECTION, Severity.RISKY, words)
    assert risks(objects([after], [_deployment()]), Topic.PROTECTION) == []


def _namespace(**labels: str) -> Document:
    written = {f"pod-security.kubernetes.io/{name}": value for name, value in labels.items()}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a", "labels": written}}


@pytest.mark.parametrize("after", [{"enforce": "baseline"}, {"enforce": "privileged"}, {}])
def test_a_namespace_that_admits_more_is_a_risk(after: dict[str, str]) -> None:
    strict, loose = _namespace(enforce="restricted"), _namespace(**after)

    changes = objects([strict], [loose])

    assert_risk(changes, Topic.PROTECTION, Severity.RISKY, "restricted only until now")
    assert risks(objects([loose], [strict]), Topic.PROTECTION) == []


def test_updates_by_force_are_a_risk() -> None:
    before, after = (
        resource("AWS::EKS::Nodegroup", "App/nodes/Group", {"ForceUpdateEnabled": value})
        for value in (False, True)
    )

    changes = resources({"G": before}, {"G": after})

    assert_risk(changes, Topic.PROTECTION, Severity.RISKY, "what disruption budgets protect")
