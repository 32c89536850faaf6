"""Managed node groups."""

from collections.abc import Mapping
from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_eks_v2 as eks
from aws_cdk import aws_iam as iam
from constructs import Construct

from settings.nodes import NodeGroup
from stacks.parts.exceptions import accept_managed_policies

_ROOT_DEVICE = "/dev/xvda"
_NODE_POLICIES = (
    "AmazonEKSWorkerNodePolicy",
    "AmazonEKS_CNI_Policy",
    "AmazonEC2ContainerRegistryPullOnly",
)


def node_role(scope: Construct, id: str) -> iam.Role:
    """Make the role of machines that join the cluster."""
    role = iam.Role(
        scope,
        id,
        assumed_by=iam.ServicePrincipal("ec2.amazonaws.com"),
        managed_policies=[
            iam.ManagedPolicy.from_aws_managed_policy_name(name) for name in _NODE_POLICIES
        ],
    )
    accept_managed_policies(
        role, *_NODE_POLICIES, reason="EKS prescribes them for nodes and keeps them current"
    )
    return role


class Nodes(Construct):
    """The machines of one node group: encrypted disks, IMDSv2, out of pods' reach.

    EKS names the group itself: a new instance type replaces the group, and the new one must
    stand before the old one goes. People find it by its label and by the name on the machines.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        cluster: eks.ICluster,
        group: NodeGroup,
        version: str,
        tags: Mapping[str, str],
    ) -> None:
        super().__init__(scope, id)
        role = node_role(self, "Role")
        template = self._launch_template(group, tags)

        self.group = eks.Nodegroup(
            self,
            "Group",
            cluster=cluster,
            instance_types=[ec2.InstanceType(name) for name in group.instance_types],
            capacity_type=eks.CapacityType.SPOT if group.spot else None,
            # Always named: without it the library still asks for Amazon Linux 2, which has ended.
            ami_type=eks.NodegroupAmiType.AL2023_X86_64_NVIDIA
            if group.has_gpus
            else eks.NodegroupAmiType.AL2023_X86_64_STANDARD,
            # EKS makes no group without a desired size, and CloudFormation cannot leave it to the
            # autoscaler from then on: it sends the written one whenever a limit changes.
            min_size=group.minimum,
            desired_size=group.first_size,
            max_size=group.maximum,
            # Forced, EKS evicts after a quarter of an hour what a disruption budget protects.
            force_update=False,
            subnets=ec2.SubnetSelection(
                subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS,
                availability_zones=list(group.zones) or None,
            ),
            node_role=role,
            release_version=group.image,
            launch_template_spec=eks.LaunchTemplateSpec(
                id=template.ref, version=template.attr_latest_version_number
            ),
            labels=group.node_labels,
            taints=[
                eks.TaintSpec(key=key, value=value, effect=eks.TaintEffect.NO_SCHEDULE)
                for key, value in group.node_taints.items()
            ],
        )
        # The library's construct has no such property; without it nodes stay at the version that
        # they were made with, whatever becomes of the cluster's.
        cast("eks.CfnNodegroup", self.group.node.default_child).version = version

    def _launch_template(self, group: NodeGroup, tags: Mapping[str, str]) -> ec2.CfnLaunchTemplate:
        """Describe a machine; EKS hands tags of the group on to nothing, so they are here."""
        written = [
            cdk.CfnTag(key=key, value=value) for key, value in {"Name": group.name, **tags}.items()
        ]
        return ec2.CfnLaunchTemplate(
            self,
            "Machine",
            launch_template_data=ec2.CfnLaunchTemplate.LaunchTemplateDataProperty(
                block_device_mappings=[
                    ec2.CfnLaunchTemplate.BlockDeviceMappingProperty(
                        device_name=_ROOT_DEVICE,
                        ebs=ec2.CfnLaunchTemplate.EbsProperty(
                            volume_type="gp3",
                            volume_size=group.disk_gib,
                            encrypted=True,
                            delete_on_termination=True,
                        ),
                    )
                ],
                metadata_options=ec2.CfnLaunchTemplate.MetadataOptionsProperty(
                    http_tokens="required",
                    # One hop: pods do not get at the role of their node.
                    http_put_response_hop_limit=1,
                ),
                tag_specifications=[
                    ec2.CfnLaunchTemplate.TagSpecificationProperty(resource_type=kind, tags=written)
                    for kind in ("instance", "volume")
                ],
            ),
        )
