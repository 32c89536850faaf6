"""The bucket of runs, and the queue by which it says that a video has come."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from settings.music.api import Uploads
from stacks.parts.bucket import private_bucket
from stacks.parts.queues import dead_letter_queue, work_queue

RUNS, OWNERS = "runs/", "owners/"
"""Prefixes: what belongs to a run, and whose runs there are."""
_TOLD_OF = ("/input/video", "/end.json")
"""How the keys end of what the API is told of: a run can begin, a run has ended."""
_RECEIVED_AT_MOST = 8
"""The API asks again a little later each time: half an hour without the cluster loses nothing."""
_KEPT = cdk.Duration.days(4)
_PRESIGNED_SECONDS = 3600


class Runs(Construct):
    """A bucket whose page may upload to it, and messages about videos and ends that have come.

    What has become of a run is deleted after some days, and what a person deletes a day later.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        uploads: Uploads,
        page: str,
        removal: cdk.RemovalPolicy,
    ) -> None:
        super().__init__(scope, id)
        self.dead_letters = dead_letter_queue(self, "DeadLetters")
        self.queue = work_queue(
            self,
            "Videos",
            kept=_KEPT,
            dead_letters=self.dead_letters,
            received_at_most=_RECEIVED_AT_MOST,
        )
        self.queue.add_to_resource_policy(_s3_may_send(self.queue))
        self.bucket = private_bucket(
            self, "Bucket", logs="AccessLogs", removal=removal, cors=[_from(page)]
        )
        for prefix in (RUNS, OWNERS):
            self.bucket.add_lifecycle_rule(
                prefix=prefix,
                expiration=cdk.Duration.days(uploads.kept_days),
                noncurrent_version_expiration=cdk.Duration.days(1),
            )
        self._tell()

    def _tell(self) -> None:
        """Let S3 send a message for each video, and for each end of a run."""
        resource = self.bucket.node.default_child
        if not isinstance(resource, s3.CfnBucket):
            message = f"{self.bucket.node.path} is no bucket of ours"
            raise TypeError(message)
        # The library would do it by a function of its own with rights on every bucket.
        resource.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            queue_configurations=[
                s3.CfnBucket.QueueConfigurationProperty(
                    event="s3:ObjectCreated:*",
                    queue=self.queue.queue_arn,
                    filter=s3.CfnBucket.NotificationFilterProperty(s3_key=_like(suffix)),
                )
                for suffix in _TOLD_OF
            ]
        )
        # S3 tries the queue before it takes the configuration.
        self.bucket.node.add_dependency(self.queue)


def _like(suffix: str) -> s3.CfnBucket.S3KeyFilterProperty:
    return s3.CfnBucket.S3KeyFilterProperty(
        rules=[
            s3.CfnBucket.FilterRuleProperty(name=name, value=value)
            for name, value in (("prefix", RUNS), ("suffix", suffix))
        ]
    )


def _s3_may_send(queue: sqs.Queue) -> iam.PolicyStatement:
    """Allow it for the account's buckets: the one that sends cannot be there before the queue."""
    return iam.PolicyStatement(
        principals=[iam.ServicePrincipal("s3.amazonaws.com")],
        actions=["sqs:SendMessage"],
        resources=[queue.queue_arn],
        conditions={"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}},
    )


def _from(page: str) -> s3.CorsRule:
    """Let the page upload a video by its signed URL, and read results by theirs."""
    return s3.CorsRule(
        allowed_methods=[s3.HttpMethods.PUT, s3.HttpMethods.GET, s3.HttpMethods.HEAD],
        allowed_origins=[page],
        allowed_headers=["content-type", "range"],
        exposed_headers=["etag", "content-range", "content-length"],
        max_age=_PRESIGNED_SECONDS,
    )
