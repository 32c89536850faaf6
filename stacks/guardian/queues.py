"""The queue in front of an analyser."""

import aws_cdk as cdk
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from settings.guardian.workflow import QUEUE_RETENTION_SECONDS

_VISIBILITY = cdk.Duration.seconds(60)
"""A worker extends it while it works, so this is how soon the message of a dead one comes back."""
_RECEIVED_AT_MOST = 3
_KEPT = cdk.Duration.seconds(QUEUE_RETENTION_SECONDS)
_LONG_POLL = cdk.Duration.seconds(20)


class AnalysisQueue(Construct):
    """Messages that each hold a task; what kills three workers is put aside in `dead_letters`."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        self.dead_letters = dead_letter_queue(self, "DeadLetters")
        self.queue = sqs.Queue(
            self,
            "Queue",
            visibility_timeout=_VISIBILITY,
            retention_period=_KEPT,
            receive_message_wait_time=_LONG_POLL,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            dead_letter_queue=sqs.DeadLetterQueue(
                queue=self.dead_letters, max_receive_count=_RECEIVED_AT_MOST
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
