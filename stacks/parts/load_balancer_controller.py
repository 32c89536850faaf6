"""The AWS Load Balancer Controller: turns Ingress objects into one ALB."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_eks_v2 as eks
from aws_cdk import aws_iam as iam
from constructs import Construct, IDependable

from stacks.parts.chart import Chart
from stacks.parts.exceptions import accept, as_nag_spells
from stacks.parts.pod_role import PodRole

_VERSION = "3.6.0"
_NAME = "aws-load-balancer-controller"
_NAMESPACE = "kube-system"
_CLUSTER_TAG = "elbv2.k8s.aws/cluster"


class LoadBalancerController(Construct):
    """The controller from its pinned chart, with a role for Application Load Balancers only.

    A chart because there is no EKS add-on; ours because the library's `AlbController` knows
    IRSA only and stops at 3.2.2 (docs/decisions/0004). Complete once its webhook answers, which
    must be before the first Ingress.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        cluster: eks.ICluster,
        vpc: ec2.IVpc,
        region: str,
        after: Sequence[IDependable],
    ) -> None:
        super().__init__(scope, id)
        role = PodRole(self, "Role", cluster=cluster)
        stack = cdk.Stack.of(self)
        statements = _statements(cluster, stack)
        for statement in statements:
            role.add_to_policy(statement)
        accept(
            role,
            "IAM5",
            *_wildcards(stack, statements),
            reason="load balancers have no names before they exist; what may be changed is "
            "limited to those tagged with this cluster",
        )
        role.give_to(service_account=_NAME, namespace=_NAMESPACE)

        Chart(
            self,
            cluster=cluster,
            repository="https://aws.github.io/eks-charts",
            name=_NAME,
            version=_VERSION,
            namespace=_NAMESPACE,
            values={
                "clusterName": cluster.cluster_name,
                "region": region,
                "vpcId": vpc.vpc_id,
                "serviceAccount": {"create": True, "name": _NAME},
                "resources": {"requests": {"cpu": "100m", "memory": "200Mi"}},
                # Otherwise no Service can be made while the controller is away (#4140).
                "enableServiceMutatorWebhook": False,
                "enableShield": False,
                "enableWaf": False,
                "enableWafv2": False,
            },
            after=[role, *after],
        )


def _statements(cluster: eks.ICluster, stack: cdk.Stack) -> tuple[iam.PolicyStatement, ...]:
    """Return what an ALB of this cluster needs: look around, make its own, change its own."""
    nodes_arn = stack.format_arn(
        service="ec2",
        resource="security-group",
        resource_name=cluster.cluster_security_group.security_group_id,
    )
    # By name, since another environment's cluster may tag its own in the same account.
    tagged_as_ours = {f"aws:RequestTag/{_CLUSTER_TAG}": cluster.cluster_name}
    ours = {"StringEquals": {f"aws:ResourceTag/{_CLUSTER_TAG}": cluster.cluster_name}}
    return (
        iam.PolicyStatement(
            actions=[
                "ec2:Describe*",
                "ec2:GetSecurityGroupsForVpc",
                "elasticloadbalancing:Describe*",
                "acm:ListCertificates",
                "acm:DescribeCertificate",
            ],
            resources=["*"],
        ),
        iam.PolicyStatement(
            actions=["iam:CreateServiceLinkedRole"],
            resources=["*"],
            conditions={
                "StringEquals": {"iam:AWSServiceName": "elasticloadbalancing.amazonaws.com"}
            },
        ),
        iam.PolicyStatement(actions=["ec2:CreateSecurityGroup"], resources=["*"]),
        iam.PolicyStatement(
            actions=["ec2:CreateTags"],
            resources=[stack.format_arn(service="ec2", resource="security-group/*")],
            conditions={
                "StringEquals": {"ec2:CreateAction": "CreateSecurityGroup", **tagged_as_ours}
            },
        ),
        iam.PolicyStatement(
            actions=["ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"],
            resources=[nodes_arn],
        ),
        iam.PolicyStatement(
            actions=[
                "ec2:AuthorizeSecurityGroupIngress",
                "ec2:RevokeSecurityGroupIngress",
                "ec2:DeleteSecurityGroup",
                "ec2:CreateTags",
                "ec2:DeleteTags",
            ],
            resources=[stack.format_arn(service="ec2", resource="security-group/*")],
            conditions=ours,
        ),
        iam.PolicyStatement(
            actions=[
                "elasticloadbalancing:CreateLoadBalancer",
                "elasticloadbalancing:CreateTargetGroup",
                "elasticloadbalancing:AddTags",
            ],
            resources=_balancing(stack, "loadbalancer/app/*", "targetgroup/*"),
            conditions={"StringEquals": tagged_as_ours},
        ),
        iam.PolicyStatement(
            actions=[
                "elasticloadbalancing:AddTags",
                "elasticloadbalancing:RemoveTags",
                "elasticloadbalancing:Modify*",
                "elasticloadbalancing:Set*",
                "elasticloadbalancing:DeleteLoadBalancer",
                "elasticloadbalancing:DeleteTargetGroup",
                "elasticloadbalancing:RegisterTargets",
                "elasticloadbalancing:DeregisterTargets",
            ],
            resources=_balancing(stack, "loadbalancer/app/*", "targetgroup/*"),
            conditions=ours,
        ),
        # The controller's own policy sets no condition on these: not every call carries a tag.
        iam.PolicyStatement(
            actions=[
                f"elasticloadbalancing:{verb}"
                for verb in (
                    "CreateListener",
                    "CreateRule",
                    "DeleteListener",
                    "DeleteRule",
                    "ModifyListener",
                    "ModifyListenerAttributes",
                    "ModifyRule",
                    "SetRulePriorities",
                    "AddListenerCertificates",
                    "RemoveListenerCertificates",
                    "AddTags",
                    "RemoveTags",
                )
            ],
            resources=_balancing(
                stack, "loadbalancer/app/*", "listener/app/*", "listener-rule/app/*"
            ),
        ),
    )


def _balancing(stack: cdk.Stack, *resources: str) -> list[str]:
    return [stack.format_arn(service="elasticloadbalancing", resource=name) for name in resources]


def _wildcards(stack: cdk.Stack, statements: Sequence[iam.PolicyStatement]) -> list[str]:
    """Name every wildcard of the statements as cdk-nag does."""
    named = [f"Action::{action}" for statement in statements for action in statement.actions]
    named += [
        f"Resource::{as_nag_spells(stack, resource)}"
        for statement in statements
        for resource in statement.resources
    ]
    return sorted({name for name in named if "*" in name})
