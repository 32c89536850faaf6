"""The bucket with models and the engines built from them."""

import aws_cdk as cdk
from aws_cdk import aws_s3 as s3
from constructs import Construct

from settings.data import ExistingBucket, NewBucket
from stacks.parts.bucket import private_bucket


def model_bucket(
    scope: Construct, *, bucket: NewBucket | ExistingBucket, removal: cdk.RemovalPolicy
) -> s3.IBucket:
    """Return the bucket: made here, or named in the settings and owned by others."""
    match bucket:
        case ExistingBucket(name=name):
            return s3.Bucket.from_bucket_name(scope, "Models", name)
        case NewBucket():
            return private_bucket(scope, "Models", logs="ModelAccessLogs", removal=removal)
