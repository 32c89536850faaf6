"""CloudWatch alarms about videos whose run does not begin, all notifying one SNS topic."""

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from stacks.music.runs import Runs
from stacks.parts.alarm import alarm
from stacks.parts.topic import topic_told_by

_WAITING_SECONDS = 300


class Alarms(Construct):
    """Alarms of the queue; whoever wants to know subscribes to the topic.

    What goes wrong later is Prometheus' to tell, which sees the Workflows.
    """

    def __init__(self, scope: Construct, id: str, *, runs: Runs) -> None:
        super().__init__(scope, id)
        self.topic = topic_told_by(self, "cloudwatch.amazonaws.com")
        self._alarm(
            "DeadLetters",
            runs.dead_letters.metric_approximate_number_of_messages_visible(),
            "Videos that came and whose run the API could not begin, or runs that ended unseen.",
            threshold=1,
        )
        self._alarm(
            "Waiting",
            runs.queue.metric_approximate_age_of_oldest_message(),
            "Videos wait for the API, which is not there or cannot reach the cluster.",
            threshold=_WAITING_SECONDS,
        )

    def _alarm(
        self, id: str, metric: cloudwatch.Metric, description: str, *, threshold: int
    ) -> None:
        alarm(
            self,
            id,
            metric=metric,
            description=f"{description} See docs/music/runbooks/run-failed.md.",
            topic=self.topic,
            threshold=threshold,
        )
