"""What a model service may do in AWS."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam

from settings.dubbing.services import ModelService
from stacks.parts.exceptions import accept, as_nag_spells

MEDIA = "media/"
"""Below which workers put what is to be dubbed, and services what they made of it."""


def grant_files(role: iam.Role, bucket_arn: str, service: ModelService) -> None:
    """Let a role read its own models, and read and write media.

    Without the right to list, S3 says of a missing object that it is forbidden.
    """
    models, media = (f"{bucket_arn}/{prefix}*" for prefix in (service.models_prefix, MEDIA))
    role.add_to_policy(
        iam.PolicyStatement(actions=["s3:GetObject", "s3:GetObjectVersion"], resources=[models])
    )
    role.add_to_policy(
        iam.PolicyStatement(
            actions=["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"], resources=[media]
        )
    )
    role.add_to_policy(
        iam.PolicyStatement(
            actions=["s3:ListBucket"],
            resources=[bucket_arn],
            conditions={"StringLike": {"s3:prefix": [f"{service.models_prefix}*", f"{MEDIA}*"]}},
        )
    )
    stack = cdk.Stack.of(role)
    accept(
        role,
        "IAM5",
        *(f"Resource::{as_nag_spells(stack, objects)}" for objects in (models, media)),
        reason="the objects under a prefix have no other spelling than the wildcard",
    )
