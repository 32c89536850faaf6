"""The queue in front of an analyser."""

import aws_cdk as cdk
from constructs import Construct

from settings.guardian.workflow import QUEUE_RETENTION_SECONDS
from stacks.parts.queues import dead_letter_queue, work_queue

_RECEIVED_AT_MOST = 3
_KEPT = cdk.Duration.seconds(QUEUE_RETENTION_SECONDS)


class AnalysisQueue(Construct):
    """Messages that each hold a task; what kills three workers is put aside in `dead_letters`."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        self.dead_letters = dead_letter_queue(self, "DeadLetters")
        self.queue = work_queue(
            self,
            "Queue",
            kept=_KEPT,
            dead_letters=self.dead_letters,
            received_at_most=_RECEIVED_AT_MOST,
        )
