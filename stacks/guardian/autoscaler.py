"""The cluster autoscaler: starts a machine for a pod that finds none, and ends idle ones."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_eks_v2 as eks
from aws_cdk import aws_iam as iam
from constructs import Construct, IDependable

from stacks.parts.chart import Chart
from stacks.parts.exceptions import accept, as_nag_spells
from stacks.parts.pod_role import PodRole

_VERSION = "9.59.0"
_NAME = "cluster-autoscaler"
_NAMESPACE = "kube-system"
_SIZE = {"cpu": "100m", "memory": "300Mi"}
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


class ClusterAutoscaler(Construct):
    """The autoscaler from its pinned chart, with a role for this cluster's machines only.

    It finds the groups by tags that EKS puts on them itself, and asks EKS for the labels and
    taints of a group without machines (docs/decisions/0014).
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        cluster: eks.ICluster,
        cluster_name: str,
        region: str,
        node_group: str,
        after: Sequence[IDependable],
    ) -> None:
        super().__init__(scope, id)
        role = PodRole(self, "Role", cluster=cluster)
        _grant(role, cluster_name)
        role.give_to(service_account=_NAME, namespace=_NAMESPACE)
        Chart(
            self,
            cluster=cluster,
            repository="https://kubernetes.github.io/autoscaler",
            name=_NAME,
            version=_VERSION,
            namespace=_NAMESPACE,
            values={
                "cloudProvider": "aws",
                "awsRegion": region,
                "autoDiscovery": {"clusterName": cluster_name},
                "rbac": {"serviceAccount": {"create": True, "name": _NAME}},
                "nodeSelector": {"node-group": node_group},
                "resources": {"requests": _SIZE, "limits": _SIZE},
                "extraArgs": {
                    # Pods have been gone for a cooldown already when a machine becomes idle.
                    "scale-down-unneeded-time": "2m",
                    "scale-down-delay-after-add": "2m",
                    # A spot pool may be empty: try again soon, perhaps another type has machines.
                    "max-node-provision-time": "5m",
                },
            },
            after=[role, *after],
        )


def _grant(role: PodRole, cluster_name: str) -> None:
    """Let the role look around, and change the size of this cluster's groups."""
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
