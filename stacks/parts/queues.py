"""Queues of SQS for work, whose messages come back until somebody has done it."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs
from constructs import Construct

_VISIBILITY = cdk.Duration.seconds(60)
"""How soon the message of a reader that has ended comes back; who works for longer extends it."""
_LONG_POLL = cdk.Duration.seconds(20)


def work_queue(
    scope: Construct,
    id: str,
    *,
    kept: cdk.Duration,
    dead_letters: sqs.IQueue,
    received_at_most: int,
) -> sqs.Queue:
    """Make a queue; what so many readers could not deal with is put aside."""
    return sqs.Queue(
        scope,
        id,
        visibility_timeout=_VISIBILITY,
        retention_period=kept,
        receive_message_wait_time=_LONG_POLL,
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
        dead_letter_queue=sqs.DeadLetterQueue(
            queue=dead_letters, max_receive_count=received_at_most
        ),
    )


def dead_letter_queue(scope: Construct, id: str) -> sqs.Queue:
    """Make a queue for what nobody could deal with."""
    return sqs.Queue(
        scope,
        id,
        visibility_timeout=_VISIBILITY,
        # A message keeps the age that it had; longer than in any queue, so that it does not expire
        # on arrival.
        retention_period=cdk.Duration.days(14),
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
    )


def receiving(queue: sqs.IQueue) -> iam.PolicyStatement:
    """Let a worker take messages, keep them while it works, and delete them."""
    return iam.PolicyStatement(
        actions=["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"],
        resources=[queue.queue_arn],
    )
