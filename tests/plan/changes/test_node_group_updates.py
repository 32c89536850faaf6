"""What EKS makes of an update of a node group."""

from typing import Any

import pytest

from plan.changes.nouns import Severity, Topic
from tests.plan.assemblies import Document, resource
from tests.plan.changes.compared import assert_risk, resources, risks, severities

_SIZES = {"MinSize": 0, "DesiredSize": 0, "MaxSize": 5}


def _group(**properties: Any) -> Document:
    launch = {"Id": {"Ref": "T"}, "Version": {"Fn::GetAtt": ["T", "LatestVersionNumber"]}}
    given = {"LaunchTemplate": launch, "Labels": {"node-group": "ml-spot"}}
    return resource("AWS::EKS::Nodegroup", "App/G", given | properties)


def _machine(size: int) -> Document:
    data = {"BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": size}}]}
    return resource("AWS::EC2::LaunchTemplate", "App/T", {"LaunchTemplateData": data})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ScalingConfig", {"MaxSize": 3}),
        ("Labels", {"workload": "ml"}),
        ("Taints", [{"Key": "a", "Effect": "NO_SCHEDULE"}]),
        ("Tags", {"team": "a"}),
        ("UpdateConfig", {"MaxUnavailable": 2}),
    ],
)
def test_another_machine_and_another_configuration_at_once_are_refused(
    name: str, value: object
) -> None:
    """CloudFormation answers `Version and ReleaseVersion updates cannot be combined`."""
    changes = resources(
        {"T": _machine(40), "G": _group()}, {"T": _machine(60), "G": _group(**{name: value})}
    )

    assert_risk(changes, Topic.REFUSED, Severity.RISKY, f"another {name} at once")
    assert "`cdk deploy App`" in risks(changes, Topic.REFUSED)[0][1]


@pytest.mark.parametrize("name", ["Version", "ReleaseVersion"])
def test_another_version_and_other_sizes_at_once_are_refused(name: str) -> None:
    changes = resources(
        {"G": _group(**{name: "1"}, ScalingConfig={"MaxSize": 2})},
        {"G": _group(**{name: "2"}, ScalingConfig={"MaxSize": 3})},
    )

    assert_risk(changes, Topic.REFUSED, Severity.RISKY, "another ScalingConfig at once")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"T": _machine(40), "G": _group()}, {"T": _machine(60), "G": _group()}),
        ({"G": _group()}, {"G": _group(Labels={"a": "b"}, ScalingConfig={"MaxSize": 3})}),
        ({"G": _group(InstanceTypes=["a"])}, {"G": _group(InstanceTypes=["b"], Labels={})}),
        ({}, {"T": _machine(40), "G": _group()}),
    ],
)
def test_either_alone_or_a_new_group_is_accepted(
    before: dict[str, Document], after: dict[str, Document]
) -> None:
    assert severities(resources(before, after), Topic.REFUSED) == []
