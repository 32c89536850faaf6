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


def test_new_limits_send_the_written_size_whatever_size_an_autoscaler_chose() -> None:
    """The size stays as it is in the template, and goes to EKS with the limits all the same."""
    changes = resources(
        {"G": _group(ScalingConfig=_SIZES)}, {"G": _group(ScalingConfig=_SIZES | {"MaxSize": 8})}
    )

    ((severity, sentence),) = risks(changes, Topic.NODES)
    assert severity is Severity.RISKY
    assert "is set to its DesiredSize 0 with its new sizes: of up to 5 nodes" in sentence
    assert "`kubectl get nodes -l node-group=ml-spot`" in sentence


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"MinSize": 2, "DesiredSize": 2, "MaxSize": 2}, {"MaxSize": 3}),
        ({"MinSize": 0, "DesiredSize": 0, "MaxSize": 5}, {"MaxSize": 8, "DesiredSize": 5}),
        ({"MinSize": 0, "MaxSize": 5}, {"MaxSize": 8}),
    ],
)
def test_a_size_that_cannot_differ_from_the_written_one_ends_no_node(
    before: dict[str, int], after: dict[str, int]
) -> None:
    """Nobody could scale it, all nodes that it may have stay, or no size is written."""
    changes = resources(
        {"G": _group(ScalingConfig=before)}, {"G": _group(ScalingConfig=before | after)}
    )

    assert severities(changes, Topic.NODES) == []
