"""What Karpenter may do: start and end machines of its own cluster, and look at what there is.

Upstream's policy (its CloudFormation template, v1.13), less what an instance profile of ours makes
needless, and with our subnets and our security group in place of any.
"""

from collections.abc import Mapping, Sequence

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs

from stacks.parts.exceptions import accept, wildcards
from stacks.parts.pod_role import PodRole

_STARTS = ("ec2:RunInstances", "ec2:CreateFleet")
_MADE_BY = ("RunInstances", "CreateFleet", "CreateLaunchTemplate")
_MADE = (
    "fleet",
    "instance",
    "volume",
    "network-interface",
    "launch-template",
    "spot-instances-request",
)
_DESCRIPTIONS = (
    "CapacityReservations",
    "Images",
    "Instances",
    "InstanceStatus",
    "InstanceTypeOfferings",
    "InstanceTypes",
    "LaunchTemplates",
    "PlacementGroups",
    "SecurityGroups",
    "SpotPriceHistory",
    "Subnets",
)
_SPOT = "spot.amazonaws.com"


def grant_machines(
    role: PodRole,
    *,
    cluster_name: str,
    cluster_arn: str,
    machine_role: iam.Role,
    security_group: str,
    subnets: Sequence[str],
    notices: sqs.Queue,
) -> None:
    """Let Karpenter have machines of this cluster, which it tags as such, and no other ones."""
    stack = cdk.Stack.of(role)
    owned = f"kubernetes.io/cluster/{cluster_name}"
    statements = [
        *_starting(stack, owned, cluster_name, security_group, subnets),
        *_tagging(stack, owned, cluster_name),
        _statement(
            ["ec2:TerminateInstances", "ec2:DeleteLaunchTemplate"],
            [_ec2(stack, "instance/*"), _ec2(stack, "launch-template/*")],
            _of(f"aws:ResourceTag/{owned}"),
        ),
        *_reading(stack, cluster_arn, notices),
        # When a pool goes, it looks for the profile that it might have made, and else never ends.
        _statement(
            ["iam:GetInstanceProfile"],
            [
                stack.format_arn(
                    service="iam",
                    region="",
                    resource="instance-profile",
                    resource_name=f"{cluster_name}_*",
                )
            ],
        ),
        _statement(
            ["iam:PassRole"],
            [machine_role.role_arn],
            {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}},
        ),
        # Once in an account, with the first spot machine of all.
        _statement(
            ["iam:CreateServiceLinkedRole"],
            [
                stack.format_arn(
                    service="iam",
                    region="",
                    resource="role",
                    resource_name=f"aws-service-role/{_SPOT}/AWSServiceRoleForEC2Spot",
                )
            ],
            {"StringEquals": {"iam:AWSServiceName": _SPOT}},
        ),
    ]
    for statement in statements:
        role.add_to_policy(statement)
    accept(
        role,
        "IAM5",
        *wildcards(stack, statements),
        reason="machines have no names before they exist; what may be started, tagged or ended is "
        "limited to what bears this cluster's tag, and the rest only reads",
    )


def _starting(
    stack: cdk.Stack, owned: str, cluster_name: str, security_group: str, subnets: Sequence[str]
) -> list[iam.PolicyStatement]:
    """Let machines start in our subnets, by templates that are Karpenter's own."""
    images = [
        stack.format_arn(service="ec2", account="", resource=kind, resource_name="*")
        for kind in ("image", "snapshot")
    ]
    places = [f"security-group/{security_group}", *(f"subnet/{subnet}" for subnet in subnets)]
    return [
        _statement(_STARTS, [*images, *(_ec2(stack, place) for place in places)]),
        _statement(_STARTS, [_ec2(stack, "launch-template/*")], _of(f"aws:ResourceTag/{owned}")),
        _statement(
            [*_STARTS, "ec2:CreateLaunchTemplate"],
            [_ec2(stack, f"{kind}/*") for kind in _MADE],
            _of(
                f"aws:RequestTag/{owned}",
                also={"aws:RequestTag/eks:eks-cluster-name": cluster_name},
            ),
        ),
    ]


def _tagging(stack: cdk.Stack, owned: str, cluster_name: str) -> list[iam.PolicyStatement]:
    """Let what is being made be tagged, and machines that are Karpenter's be named."""
    at_birth = {
        "aws:RequestTag/eks:eks-cluster-name": cluster_name,
        "ec2:CreateAction": list(_MADE_BY),
    }
    later: Mapping[str, Mapping[str, object]] = {
        "StringEqualsIfExists": {"aws:RequestTag/eks:eks-cluster-name": cluster_name},
        "ForAllValues:StringEquals": {
            "aws:TagKeys": ["eks:eks-cluster-name", "karpenter.sh/nodeclaim", "Name"]
        },
    }
    return [
        _statement(
            ["ec2:CreateTags"],
            [_ec2(stack, f"{kind}/*") for kind in _MADE],
            _of(f"aws:RequestTag/{owned}", also=at_birth),
        ),
        _statement(
            ["ec2:CreateTags"],
            [_ec2(stack, "instance/*")],
            {**_of(f"aws:ResourceTag/{owned}"), **later},
        ),
    ]


def _reading(stack: cdk.Stack, cluster_arn: str, notices: sqs.Queue) -> list[iam.PolicyStatement]:
    parameters = stack.format_arn(
        service="ssm", account="", resource="parameter", resource_name="aws/service/*"
    )
    return [
        _statement(
            [f"ec2:Describe{what}" for what in _DESCRIPTIONS],
            ["*"],
            {"StringEquals": {"aws:RequestedRegion": stack.region}},
        ),
        # The price list, and profiles of others that are left alone.
        _statement(["pricing:GetProducts", "iam:ListInstanceProfiles"], ["*"]),
        _statement(["ssm:GetParameter"], [parameters]),
        _statement(["eks:DescribeCluster"], [cluster_arn]),
        _statement(
            ["sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:ReceiveMessage"], [notices.queue_arn]
        ),
    ]


def _of(tag: str, *, also: Mapping[str, object] | None = None) -> dict[str, Mapping[str, object]]:
    """Make the condition that a tag says whose something is, and that a pool made it."""
    kind = tag.partition("/")[0]
    return {
        "StringEquals": {tag: "owned", **(also or {})},
        "StringLike": {f"{kind}/karpenter.sh/nodepool": "*"},
    }


def _statement(
    actions: Sequence[str],
    resources: Sequence[str],
    conditions: Mapping[str, Mapping[str, object]] | None = None,
) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        actions=list(actions), resources=list(resources), conditions=conditions
    )


def _ec2(stack: cdk.Stack, resource: str) -> str:
    return stack.format_arn(service="ec2", resource=resource)
