"""The machines of the node groups, and the network that they stand in."""

import pytest

from settings.nodes import NodeGroup
from settings.system import System
from tests.stacks.assembly import Resource
from tests.stacks.synths import DEPLOYED, DEV, GUARDIANS, PROD, SYSTEMS, stack

every_group = pytest.mark.parametrize(
    ("system", "group"),
    [(system, group) for system in SYSTEMS for group in system.cluster.node_groups],
    ids=lambda value: value.name,
)


def _group(system: System, group: NodeGroup) -> Resource:
    return stack(system, "Cluster").the("AWS::EKS::Nodegroup", f"{group.name}/")


@every_group
def test_machines_have_a_living_image(system: System, group: NodeGroup) -> None:
    """Amazon Linux 2 has ended; on GPUs the image brings the driver."""
    variant = "NVIDIA" if group.has_gpus else "STANDARD"
    assert _group(system, group).properties["AmiType"] == f"AL2023_x86_64_{variant}"


@every_group
def test_a_group_has_the_machines_of_the_settings(system: System, group: NodeGroup) -> None:
    """Type and number are those that were decided, and EKS names the group itself."""
    made = _group(system, group).properties
    assert made["InstanceTypes"] == list(group.instance_types)
    assert made["ScalingConfig"] == {
        "MinSize": group.minimum,
        "DesiredSize": group.first_size,
        "MaxSize": group.maximum,
    }
    assert "NodegroupName" not in made
    assert made.get("CapacityType", "ON_DEMAND") == ("SPOT" if group.spot else "ON_DEMAND")


@every_group
def test_only_machines_that_are_kept_for_some_are_tainted(system: System, group: NodeGroup) -> None:
    """Pods that they are not for stay off them, and find no obstacle elsewhere."""
    kept_for = {"nvidia.com/gpu": "true"} if group.has_gpus else {}
    kept_for |= {"workload": "ml"} if group.name == "ml-spot" else {}
    assert _group(system, group).properties["Taints"] == [
        {"Key": key, "Value": value, "Effect": "NO_SCHEDULE"} for key, value in kept_for.items()
    ]


@every_group
def test_pods_find_their_machines_by_label(system: System, group: NodeGroup) -> None:
    """A label of ours names the group, and others say what is special about its machines."""
    special = {"nvidia.com/gpu.present": "true"} if group.has_gpus else {}
    special |= {"workload": "ml", "nodeType": "spot"} if group.name == "ml-spot" else {}
    assert _group(system, group).properties["Labels"] == {"node-group": group.name} | special


@every_group
def test_disks_are_encrypted(system: System, group: NodeGroup) -> None:
    """Each machine starts from an encrypted gp3 disk of the size in the settings."""
    launched = stack(system, "Cluster").the("AWS::EC2::LaunchTemplate", f"{group.name}/")
    (disk,) = launched.properties["LaunchTemplateData"]["BlockDeviceMappings"]
    assert disk["DeviceName"] == "/dev/xvda"
    assert disk["Ebs"] == {
        "DeleteOnTermination": True,
        "Encrypted": True,
        "VolumeSize": group.disk_gib,
        "VolumeType": "gp3",
    }
    reference = _group(system, group).properties["LaunchTemplate"]["Id"]
    assert reference == {"Ref": launched.logical_id}


@every_group
def test_pods_do_not_get_the_role_of_their_machine(system: System, group: NodeGroup) -> None:
    """The metadata service wants a token, and its answers do not travel into a pod."""
    launched = stack(system, "Cluster").the("AWS::EC2::LaunchTemplate", f"{group.name}/")
    options = launched.properties["LaunchTemplateData"]["MetadataOptions"]
    assert options == {"HttpTokens": "required", "HttpPutResponseHopLimit": 1}


@every_group
def test_an_update_of_machines_respects_disruption_budgets(
    system: System, group: NodeGroup
) -> None:
    """Forced, EKS evicts what a budget protects after a quarter of an hour: an engine build."""
    assert _group(system, group).properties["ForceUpdateEnabled"] is False


@pytest.mark.parametrize("system", DEPLOYED, ids=lambda system: system.name)
def test_the_network_spans_the_named_zones(system: System) -> None:
    """Each zone has a public, a private and an isolated subnet; none hands out addresses."""
    subnets = stack(system, "Network").of_type("AWS::EC2::Subnet")
    zones = sorted(subnet.properties["AvailabilityZone"] for subnet in subnets)
    assert zones == sorted(3 * system.network.zones)
    assert {subnet.properties["MapPublicIpOnLaunch"] for subnet in subnets} == {False}


@pytest.mark.parametrize("system", DEPLOYED, ids=lambda system: system.name)
def test_load_balancers_find_their_subnets(system: System) -> None:
    """Public and private subnets carry the tag by which the controller looks for them."""
    tags = {
        subnet.path.split("/")[1]: {tag["Key"] for tag in subnet.properties["Tags"]}
        for subnet in stack(system, "Network").of_type("AWS::EC2::Subnet")
    }
    for kind, role in (("Public", "elb"), ("Private", "internal-elb")):
        tagged = {name for name, keys in tags.items() if f"kubernetes.io/role/{role}" in keys}
        assert tagged == {f"{kind}Subnet1", f"{kind}Subnet2"}


@pytest.mark.parametrize("system", DEPLOYED, ids=lambda system: system.name)
def test_s3_is_reached_without_paying(system: System) -> None:
    """Models and image layers go through the gateway endpoint of S3, from every subnet."""
    network = stack(system, "Network")
    endpoint = network.the("AWS::EC2::VPCEndpoint").properties
    assert endpoint["VpcEndpointType"] == "Gateway"
    tables = {table["Ref"] for table in endpoint["RouteTableIds"]}
    assert tables == {table.logical_id for table in network.of_type("AWS::EC2::RouteTable")}


def test_production_loses_no_way_out_with_a_zone() -> None:
    """It has a NAT gateway in each zone; development has one."""
    assert len(stack(PROD, "Network").of_type("AWS::EC2::NatGateway")) == 2
    assert len(stack(DEV, "Network").of_type("AWS::EC2::NatGateway")) == 1


@pytest.mark.parametrize("system", GUARDIANS, ids=lambda system: system.name)
def test_analyses_are_not_worth_a_second_way_out(system: System) -> None:
    """With a zone the only way out may be gone; messages then wait, and nothing is lost."""
    assert len(stack(system, "Network").of_type("AWS::EC2::NatGateway")) == 1
