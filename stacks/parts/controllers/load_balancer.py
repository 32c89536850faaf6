"""The AWS Load Balancer Controller: turns Ingress objects into one ALB."""

from typing import ClassVar

import aws_cdk as cdk
from aws_cdk import aws_eks_v2 as eks
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.parts.controllers.controller import Controller, ControllerProps
from stacks.parts.exceptions import accept, wildcards

_CLUSTER_TAG = "elbv2.k8s.aws/cluster"


class LoadBalancerController(Controller):
    """The controller, with a role for Application Load Balancers only.

    A chart because there is no EKS add-on; ours because the library's `AlbController` knows
    IRSA only and stops at 3.2.2 (docs/decisions/0004). Complete once its webhook answers, which
    must be before the first Ingress.
    """

    NAME: ClassVar[str] = "aws-load-balancer-controller"

    def __init__(self, scope: Construct, *, props: ControllerProps) -> None:
        super().__init__(scope, props=props)
        stack = cdk.Stack.of(self)
        statements = _statements(props.cluster, stack)
        for statement in statements:
            self.role.add_to_policy(statement)
        accept(
            self.role,
            "IAM5",
            *wildcards(stack, statements),
            reason="load balancers have no names before they exist; what may be changed is "
            "limited to those tagged with this cluster",
        )
        self.install(
            props=props,
            service_account=self.NAME,
            namespace="kube-system",
            values={
                "clusterName": props.cluster.cluster_name,
                "region": props.region,
                "vpcId": props.vpc.vpc_id,
                "serviceAccount": {"create": True, "name": self.NAME},
                "resources": {"requests": self.requests()},
                # Otherwise no Service can be made while the controller is away (#4140).
                "enableServiceMutatorWebhook": False,
                "enableShield": False,
                "enableWaf": False,
                "enableWafv2": False,
            },
        )


def _statements(cluster: eks.ICluster, stack: cdk.Stack) -> tuple[iam.PolicyStatement, ...]:
    """Return what an ALB of this cluster needs: describe, make its own, change its own."""
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
