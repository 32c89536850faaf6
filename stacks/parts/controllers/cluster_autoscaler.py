"""The cluster autoscaler: starts a machine for a pod that finds none, and ends idle ones."""

from typing import ClassVar

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.parts.controllers.controller import Controller, ControllerProps
from stacks.parts.exceptions import accept, as_nag_spells
from stacks.parts.pod_role import PodRole

_DESCRIPTIONS = (
    "autoscaling:DescribeAutoScalingGroups",
    "autoscaling:DescribeAutoScalingInstances",
    "autoscaling:DescribeLaunchConfigurations",
    "autoscaling:DescribeScalingActivities",
    "autoscaling:DescribeTags",
    "ec2:DescribeImages",
    "ec2:DescribeInstanceTypes",
    "ec2:DescribeLaunchTemplateVersions",
    "ec2:GetInstanceTypesFromInstanceRequirements",
)


class ClusterAutoscaler(Controller):
    """The autoscaler, with a role for this cluster's machines only.

    It finds the groups by tags that EKS puts on them itself, and asks EKS for the labels and
    taints of a group without machines (docs/decisions/0014).
    """

    NAME: ClassVar[str] = "cluster-autoscaler"

    def __init__(self, scope: Construct, *, props: ControllerProps) -> None:
        super().__init__(scope, props=props)
        _grant(self.role, props.cluster_name)
        self.install(
            props=props,
            service_account=self.NAME,
            namespace="kube-system",
            values={
                "cloudProvider": "aws",
                "awsRegion": props.region,
                "autoDiscovery": {"clusterName": props.cluster_name},
                "rbac": {"serviceAccount": {"create": True, "name": self.NAME}},
                "nodeSelector": {"node-group": props.node_group},
                "resources": {"requests": self.requests(), "limits": self.requests()},
                "extraArgs": {
                    # Pods have been gone for a cooldown already when a machine becomes idle.
                    "scale-down-unneeded-time": "2m",
                    "scale-down-delay-after-add": "2m",
                    # A spot pool may be empty: try again soon, perhaps another type has machines.
                    "max-node-provision-time": "5m",
                },
            },
        )


def _grant(role: PodRole, cluster_name: str) -> None:
    """Let the role describe what there is, and change the size of this cluster's groups."""
    stack = cdk.Stack.of(role)
    groups = stack.format_arn(
        service="autoscaling", resource="autoScalingGroup:*:autoScalingGroupName/eks-*"
    )
    node_groups = stack.format_arn(
        service="eks", resource="nodegroup", resource_name=f"{cluster_name}/*"
    )
    role.add_to_policy(iam.PolicyStatement(actions=list(_DESCRIPTIONS), resources=["*"]))
    role.add_to_policy(
        iam.PolicyStatement(actions=["eks:DescribeNodegroup"], resources=[node_groups])
    )
    role.add_to_policy(
        iam.PolicyStatement(
            actions=[
                "autoscaling:SetDesiredCapacity",
                "autoscaling:TerminateInstanceInAutoScalingGroup",
            ],
            resources=[groups],
            conditions={
                "StringEquals": {
                    f"aws:ResourceTag/k8s.io/cluster-autoscaler/{cluster_name}": "owned"
                }
            },
        )
    )
    accept(
        role,
        "IAM5",
        "Resource::*",
        *(f"Resource::{as_nag_spells(stack, arn)}" for arn in (groups, node_groups)),
        reason="descriptions know no resource; EKS names node groups and their machines' groups "
        "itself, and what may be changed is limited to those tagged with this cluster",
    )
