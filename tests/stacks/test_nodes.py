"""The machines of the node groups, and the network that they stand in."""

from dataclasses import replace

import pytest

from plan.model.assembly import Resource
from settings.nodes import SHARING_LABEL, NodeGroup
from settings.system import System
from tests.stacks.synths import EVERY, every_environment, reference, stack, synthesize, the

every_group = pytest.mark.parametrize(
    ("system", "group"),
    [(system, group) for system in EVERY for group in system.cluster.node_groups],
    ids=lambda value: value.name,
)


def _group(system: System, group: NodeGroup) -> Resource:
    return the(stack(system, "Cluster"), "AWS::EKS::Nodegroup", f"{group.name}/")


def _launched(system: System, group: NodeGroup) -> Resource:
    return the(stack(system, "Cluster"), "AWS::EC2::LaunchTemplate", f"{group.name}/")


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
    kept_for = ({"nvidia.com/gpu": "true"} if group.has_gpus else {}) | dict(group.taints)
    assert _group(system, group).properties["Taints"] == [
        {"Key": key, "Value": value, "Effect": "NO_SCHEDULE"} for key, value in kept_for.items()
    ]


@every_group
def test_pods_find_their_machines_by_label(system: System, group: NodeGroup) -> None:
    """A label of ours names the group, and others say what is special about its machines."""
    special = {"nvidia.com/gpu.present": "true"} if group.has_gpus else {}
    special |= {SHARING_LABEL: group.gpu_sharing.name} if group.gpu_sharing else {}
    labels = {"node-group": group.name} | special | dict(group.labels)
    assert _group(system, group).properties["Labels"] == labels


@every_group
def test_machines_run_the_version_of_the_settings(system: System, group: NodeGroup) -> None:
    """Else they would stay at the one they began with, whatever the cluster's becomes."""
    made = _group(system, group).properties
    assert made["Version"] == system.cluster.version_of(group)
    assert made.get("ReleaseVersion") == group.image


def test_machines_may_come_after_their_cluster_and_have_a_chosen_image() -> None:
    """As in an upgrade, and where a newer image is tried first in one environment."""
    system = EVERY[0]
    group, *others = system.cluster.node_groups
    chosen = replace(group, kubernetes="1.35", image="1.35.4-20261120")
    cluster = replace(system.cluster, node_groups=(chosen, *others))
    assembly = synthesize([replace(system, cluster=cluster)]).assembly
    made = the(
        assembly.stack(f"{system.name}Cluster"), "AWS::EKS::Nodegroup", f"{group.name}/"
    ).properties
    assert (made["Version"], made["ReleaseVersion"]) == ("1.35", "1.35.4-20261120")


@every_group
def test_disks_are_encrypted(system: System, group: NodeGroup) -> None:
    """Each machine starts from an encrypted gp3 disk of the size in the settings."""
    launched = _launched(system, group)
    (disk,) = launched.properties["LaunchTemplateData"]["BlockDeviceMappings"]
    assert disk["DeviceName"] == "/dev/xvda"
    assert disk["Ebs"] == {
        "DeleteOnTermination": True,
        "Encrypted": True,
        "VolumeSize": group.disk_gib,
        "VolumeType": "gp3",
    }
    used = _group(system, group).properties["LaunchTemplate"]["Id"]
    assert used == reference(launched, seen_from=launched.stack)


@every_group
def test_pods_do_not_get_the_role_of_their_machine(system: System, group: NodeGroup) -> None:
    """The metadata service wants a token, and its answers do not travel into a pod."""
    launched = _launched(system, group)
    options = launched.properties["LaunchTemplateData"]["MetadataOptions"]
    assert options == {"HttpTokens": "required", "HttpPutResponseHopLimit": 1}


@every_group
def test_an_update_of_machines_respects_disruption_budgets(
    system: System, group: NodeGroup
) -> None:
    """Forced, EKS evicts what a budget protects after a quarter of an hour: an engine build."""
    assert _group(system, group).properties["ForceUpdateEnabled"] is False


@every_environment
def test_the_network_spans_the_named_zones(system: System) -> None:
    """Each zone has a public, a private and an isolated subnet; none hands out addresses."""
    subnets = stack(system, "Network").of_type("AWS::EC2::Subnet")
    zones = sorted(subnet.properties["AvailabilityZone"] for subnet in subnets)
    assert zones == sorted(3 * system.network.zones)
    assert {subnet.properties["MapPublicIpOnLaunch"] for subnet in subnets} == {False}


@every_environment
def test_load_balancers_find_their_subnets(system: System) -> None:
    """Public and private subnets carry the tag by which the controller looks for them."""
    tags = {
        subnet.path.split("/")[1]: {tag["Key"] for tag in subnet.properties["Tags"]}
        for subnet in stack(system, "Network").of_type("AWS::EC2::Subnet")
    }
    for kind, role in (("Public", "elb"), ("Private", "internal-elb")):
        tagged = {name for name, keys in tags.items() if f"kubernetes.io/role/{role}" in keys}
        assert tagged == {f"{kind}Subnet{n + 1}" for n in range(len(system.network.zones))}


@every_environment
def test_s3_is_reached_without_paying(system: System) -> None:
    """Models and image layers go through the gateway endpoint of S3, from every subnet."""
    network = stack(system, "Network")
    endpoint = the(network, "AWS::EC2::VPCEndpoint").properties
    assert endpoint["VpcEndpointType"] == "Gateway"
    assert set(endpoint["RouteTableIds"]) == {
        reference(table, seen_from=network.name)
        for table in network.of_type("AWS::EC2::RouteTable")
    }


@every_environment
def test_there_are_as_many_ways_out_as_were_decided(system: System) -> None:
    """One in each zone outlives a zone; with fewer, what runs may have to wait for it."""
    ways_out = stack(system, "Network").of_type("AWS::EC2::NatGateway")
    assert len(ways_out) == system.network.nat_gateways
