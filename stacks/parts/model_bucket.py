"""The bucket with models and the engines built from them."""

import aws_cdk as cdk
from aws_cdk import aws_s3 as s3
from constructs import Construct

from settings.data import ExistingBucket, NewBucket

_LOG_DAYS = 90
_OLD_VERSION_DAYS = 90


def model_bucket(
    scope: Construct, *, bucket: NewBucket | ExistingBucket, removal: cdk.RemovalPolicy
) -> s3.IBucket:
    """Return the bucket: made here, or named in the settings and owned by others."""
    match bucket:
        case ExistingBucket(name=name):
            return s3.Bucket.from_bucket_name(scope, "Models", name)
        case NewBucket():
            return _new_bucket(scope, removal)


def _new_bucket(scope: Construct, removal: cdk.RemovalPolicy) -> s3.IBucket:
    logs = s3.Bucket(
        scope,
        "ModelAccessLogs",
        encryption=s3.BucketEncryption.S3_MANAGED,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        enforce_ssl=True,
        lifecycle_rules=[s3.LifecycleRule(expiration=cdk.Duration.days(_LOG_DAYS))],
        removal_policy=removal,
        auto_delete_objects=removal is cdk.RemovalPolicy.DESTROY,
    )
    return s3.Bucket(
        scope,
        "Models",
        versioned=True,
        encryption=s3.BucketEncryption.S3_MANAGED,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        enforce_ssl=True,
        server_access_logs_bucket=logs,
        lifecycle_rules=[
            s3.LifecycleRule(
                noncurrent_version_expiration=cdk.Duration.days(_OLD_VERSION_DAYS),
                abort_incomplete_multipart_upload_after=cdk.Duration.days(1),
            )
        ],
        removal_policy=removal,
        auto_delete_objects=removal is cdk.RemovalPolicy.DESTROY,
    )
