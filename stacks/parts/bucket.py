"""Buckets for what must not get lost."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_s3 as s3
from constructs import Construct

_LOG_DAYS = 90
_OLD_VERSION_DAYS = 90


def private_bucket(
    scope: Construct,
    id: str,
    *,
    logs: str,
    removal: cdk.RemovalPolicy,
    cors: Sequence[s3.CorsRule] = (),
) -> s3.Bucket:
    """Make a versioned bucket, closed to the public, and one beside it with its access logs."""
    access_logs = s3.Bucket(
        scope,
        logs,
        encryption=s3.BucketEncryption.S3_MANAGED,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        enforce_ssl=True,
        lifecycle_rules=[s3.LifecycleRule(expiration=cdk.Duration.days(_LOG_DAYS))],
        removal_policy=removal,
        auto_delete_objects=removal is cdk.RemovalPolicy.DESTROY,
    )
    return s3.Bucket(
        scope,
        id,
        versioned=True,
        encryption=s3.BucketEncryption.S3_MANAGED,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        enforce_ssl=True,
        server_access_logs_bucket=access_logs,
        cors=list(cors) or None,
        lifecycle_rules=[
            s3.LifecycleRule(
                noncurrent_version_expiration=cdk.Duration.days(_OLD_VERSION_DAYS),
                abort_incomplete_multipart_upload_after=cdk.Duration.days(1),
            )
        ],
        removal_policy=removal,
        auto_delete_objects=removal is cdk.RemovalPolicy.DESTROY,
    )
