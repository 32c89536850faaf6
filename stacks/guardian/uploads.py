"""The bucket that people upload to, and that transcripts of their videos pass through."""

import aws_cdk as cdk
from aws_cdk import aws_s3 as s3
from constructs import Construct

from settings.guardian.uploads import Uploads
from stacks.parts.bucket import private_bucket

TRANSCRIPTS = "transcripts/"
"""The prefix of what is said in videos."""
_TRANSCRIPT_DAYS = 7


def uploads_bucket(scope: Construct, *, uploads: Uploads, removal: cdk.RemovalPolicy) -> s3.Bucket:
    """Make a bucket that pages of the front end may put files into, and that tells EventBridge."""
    bucket = private_bucket(
        scope,
        "Uploads",
        logs="UploadAccessLogs",
        removal=removal,
        cors=[
            s3.CorsRule(
                allowed_methods=[s3.HttpMethods.PUT],
                allowed_origins=list(uploads.origins),
                allowed_headers=["content-type"],
                exposed_headers=["etag"],
                max_age=uploads.url_seconds,
            )
        ],
    )
    # What people say is read once; its old versions would stay as long as those of uploads.
    bucket.add_lifecycle_rule(
        prefix=TRANSCRIPTS,
        expiration=cdk.Duration.days(_TRANSCRIPT_DAYS),
        noncurrent_version_expiration=cdk.Duration.days(1),
    )
    resource = bucket.node.default_child
    if not isinstance(resource, s3.CfnBucket):
        message = f"{bucket.node.path} is no bucket of ours"
        raise TypeError(message)
    # The library would do it by a function of its own with rights on every bucket.
    resource.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
        event_bridge_configuration=s3.CfnBucket.EventBridgeConfigurationProperty(
            event_bridge_enabled=True
        )
    )
    return bucket
