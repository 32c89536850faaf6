"""Node groups, and the nodes that follow from them."""

from typing import Any

import pytest

from plan.model.failure import PlanError
from plan.model.nodes import NodeGroup, node_group
from plan.model.quantities import MIB
from tests.plan.capacity.builder import stack


def _group(others: dict[str, Any] | None = None, **properties: Any) -> NodeGroup:
    resources = {
        "Group": {"Type": "AWS::EKS::Nodegroup", "Properties": properties},
        "A": {"Type": "AWS::EC2::Subnet", "Properties": {"AvailabilityZone": "eu-west-1a"}},
        "B": {"Type": "AWS::EC2::Subnet", "Properties": {"AvailabilityZone": "eu-west-1b"}},
        **(others or {}),
    }
    assembly = stack(resources)
    (resource,) = assembly.of_type("AWS::EKS::Nodegroup")
    return node_group(resource, assembly)


def _template(**data: Any) -> dict[str, Any]:
    return {
        "Machine": {"Type": "AWS::EC2::LaunchTemplate", "Properties": {"LaunchTemplateData": data}}
    }


_BY_TEMPLATE = {"LaunchTemplate": {"Id": {"Ref": "Machine"}}}


def test_a_node_offers_what_the_catalog_says() -> None:
    """CPU, memory and pods are what can be allocated, not what the machine has."""
    (node,) = _group(InstanceTypes=["t3.large"]).nodes(1)

    assert node.allocatable["cpu"] == 1930
    assert node.allocatable["memory"] == 6837 * MIB
    assert node.allocatable["pods"] == 35


def test_the_disk_is_that_of_the_launch_template() -> None:
    """A tenth of the disk and 1 GiB are the kubelet's; without a word the disk has 20 GiB."""
    disk = _template(BlockDeviceMappings=[{"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 40}}])
    (large,) = _group(disk, **_BY_TEMPLATE).nodes(1)
    (small,) = _group().nodes(1)

    assert large.allocatable["ephemeral-storage"] == (36 * 1024 - 1024) * MIB
    assert small.allocatable["ephemeral-storage"] == (18 * 1024 - 1024) * MIB


def test_nodes_lie_evenly_in_the_zones_of_the_subnets() -> None:
    """The zones are filled in turn."""
    nodes = _group(Subnets=[{"Ref": "A"}, {"Ref": "B"}]).nodes(3)

    assert [node.labels["topology.kubernetes.io/zone"] for node in nodes] == [
        *("eu-west-1a", "eu-west-1b", "eu-west-1a")
    ]


def test_a_subnet_from_outside_stands_for_its_own_zone() -> None:
    """Two subnets that the assembly does not hold are taken for two zones."""
    group = _group(Subnets=["subnet-1", "subnet-2"])

    assert len(set(group.zones)) == 2


def test_on_demand_machines_are_of_the_first_type() -> None:
    """EKS buys the first type on demand; a launch template may name it, too."""
    named = _group(InstanceTypes=["t3.xlarge", "t3.large"])
    by_template = _group(_template(InstanceType="g5.xlarge"), **_BY_TEMPLATE)

    assert named.machine.name == "t3.xlarge"
    assert by_template.machine.name == "g5.xlarge"


def test_spot_machines_offer_what_every_type_has() -> None:
    """Nobody knows which type comes, so each figure is the smallest."""
    machine = _group(InstanceTypes=["g4dn.2xlarge", "t3.xlarge"], CapacityType="SPOT").machine

    assert (machine.gpus, machine.allocatable_cpu_milli, machine.max_pods) == (0, 3920, 29)


def test_nodes_carry_the_labels_and_taints_of_their_group() -> None:
    """Taints are spelled as Kubernetes does; EKS adds labels of its own."""
    taint = {"Key": "gpu", "Value": "yes", "Effect": "NO_EXECUTE"}
    (node,) = _group(NodegroupName="big", Labels={"tier": "x"}, Taints=[taint]).nodes(1)

    assert node.labels["tier"] == "x"
    assert node.labels["eks.amazonaws.com/nodegroup"] == "big"
    assert [(one.key, one.value, one.effect) for one in node.taints] == [
        ("gpu", "yes", "NoExecute")
    ]


def test_a_machine_that_the_catalog_lacks_is_named() -> None:
    """An unknown type ends in one sentence with the group and the type."""
    with pytest.raises(PlanError, match=r"^node group Group in stack Case: .*'t9\.huge' is not in"):
        _group(InstanceTypes=["t9.huge"])
