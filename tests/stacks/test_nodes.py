"""The machines of the node groups, and the network that they stand in."""

import pytest

from settings.nodes import NodeGroup
from settings.system import Avadot
from tests.stacks.assembly import Resource
from tests.stacks.synths import DEV, PROD, SYSTEMS, stack

every_group = pytest.mark.parametrize(
    ("system", "group"),
    [(system, group) for system in SYSTEMS for group in system.cluster.node_groups],
    ids=lambda value: value.name,
)


def _group(system: Avadot, group: NodeGroup) -> Resource:
    return stack(system, "Cluster").the("AWS::EKS::Nodegroup", f"{group.name}/")


@every_group
def test_machines_have_a_living_image(system: Avadot, group: NodeGroup) -> None:
    """Amazon Linux 2 has ended; on GPUs the image brings the driver."""
    variant = "NVIDIA" if group.has_gpus else "STANDARD"
    assert _group(system, group).properties["AmiType"] == f"AL2023_x86_64_{variant}"


@every_group
def test_a_group_has_the_machines_of_the_settings(system: Avadot, group: NodeGroup) -> None:
    """Type and number are those that were decided, and EKS names the group itself."""
    made = _group(system, group).properties
    assert made["InstanceTypes"] == [group.instance_type]
    assert made["ScalingConfig"] == {
        "MinSize": group.minimum,
        "DesiredSize": group.minimum,
        "MaxSize": group.maximum,
    }
    assert "NodegroupName" not in made


@every_group
def test_only_machines_with_gpus_are_tainted(system: Avadot, group: NodeGroup) -> None:
    """Pods that ask for no GPU stay off them, and find no obstacle elsewhere."""
    taint = {"Key": "nvidia.com/gpu", "Value": "true", "Effect": "NO_SCHEDULE"}
    assert _group(system, group).properties["Taints"] == ([taint] if group.has_gpus else [])


@every_group
def test_pods_find_their_machines_by_label(system: Avadot, group: NodeGroup) -> None:
    """A label of ours names the group, and the device plugin sees where GPUs are."""
    gpu = {"nvidia.com/gpu.present": "true"} if group.has_gpus else {}
    assert _group(system, group).properties["Labels"] == {"node-group": group.name} | gpu


@every_group
def test_disks_are_encrypted(system: Avadot, group: NodeGroup) -> None:
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
def test_pods_do_not_get_the_role_of_their_machine(system: Avadot, group: NodeGroup) -> None:
    """The metadata service wants a token, and its answers do not travel into a pod."""
    launched = stack(system, "Cluster").the("AWS::EC2::LaunchTemplate", f"{group.name}/")
    options = launched.properties["LaunchTemplateData"]["MetadataOptions"]
    assert options == {"HttpTokens": "required", "HttpPutResponseHopLimit": 1}


@every_group
def test_an_update_of_machines_respects_disruption_budgets(
    system: Avadot, group: NodeGroup
) -> None:
    """Forced, EKS evicts what a budget protects after a quarter of an hour: an engine build."""
    assert _group(system, group).properties["ForceUpdateEnabled"] is False


@pytest.mark.parametrize("system", [PROD, DEV], ids=lambda system: system.name)
def test_the_network_spans_the_named_zones(system: Avadot) -> None:
    """Each zone has a public, a private and an isolated subnet; none hands out addresses."""
    subnets = stack(system, "Network").of_type("AWS::EC2::Subnet")
    zones = sorted(subnet.properties["AvailabilityZone"] for subnet in subnets)
    assert zones == sorted(3 * system.network.zones)
    assert {subnet.properties["MapPublicIpOnLaunch"] for subnet in subnets} == {False}


@pytest.mark.parametrize("system", [PROD, DEV], ids=lambda system: system.name)
def test_load_balancers_find_their_subnets(system: Avadot) -> None:
    """Public and private subnets carry the tag by which the controller looks for them."""
    tags = {
        subnet.path.split("/")[1]: {tag["Key"] for tag in subnet.properties["Tags"]}
        for subnet in stack(system, "Network").of_type("AWS::EC2::Subnet")
    }
    for kind, role in (("Public", "elb"), ("Private", "internal-elb")):
        tagged = {name for name, keys in tags.items() if f"kubernetes.io/role/{role}" in keys}
        assert tagged == {f"{kind}Subnet1", f"{kind}Subnet2"}


@pytest.mark.parametrize("system", [PROD, DEV], ids=lambda system: system.name)
def test_s3_is_reached_without_paying(system: Avadot) -> None:
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
