"""The bucket with models and the engines built from them, and what a pod may do in it."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from settings.data import ExistingBucket, NewBucket
from stacks.parts.bucket import private_bucket
from stacks.parts.exceptions import accept, as_nag_spells


def model_bucket(
    scope: Construct, *, bucket: NewBucket | ExistingBucket, removal: cdk.RemovalPolicy
) -> s3.IBucket:
    """Return the bucket: made here, or named in the settings and owned by others."""
    match bucket:
        case ExistingBucket(name=name):
            return s3.Bucket.from_bucket_name(scope, "Models", name)
        case NewBucket():
            return private_bucket(scope, "Models", logs="ModelAccessLogs", removal=removal)


def grant_model_access(
    role: iam.Role, *, bucket_arn: str, read: str, written: str | None = None
) -> None:
    """Let a role list and read models below one prefix, and list, read and write below another.

    Without the right to list, S3 says of a missing object that it is forbidden.
    """
    prefixes = [prefix for prefix in (read, written) if prefix is not None]
    models, *others = (f"{bucket_arn}/{prefix}*" for prefix in prefixes)
    role.add_to_policy(
        iam.PolicyStatement(actions=["s3:GetObject", "s3:GetObjectVersion"], resources=[models])
    )
    # `grant_read` of the library would let it list the whole bucket.
    role.add_to_policy(
        iam.PolicyStatement(
            actions=["s3:ListBucket"],
            resources=[bucket_arn],
            conditions={"StringLike": {"s3:prefix": [f"{prefix}*" for prefix in prefixes]}},
        )
    )
    if others:
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"],
                resources=others,
            )
        )
    stack = cdk.Stack.of(role)
    accept(
        role,
        "IAM5",
        *(f"Resource::{as_nag_spells(stack, objects)}" for objects in (models, *others)),
        reason="the objects under a prefix have no other spelling than the wildcard",
    )
