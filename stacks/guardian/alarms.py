"""CloudWatch alarms of the analysis workflow, all notifying one SNS topic."""

from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from settings.guardian.workflow import Workflow
from stacks.guardian.queues import AnalysisQueue
from stacks.guardian.workflow import AnalysisWorkflow
from stacks.parts.alarm import alarm
from stacks.parts.topic import topic_told_by

_FIVE_MINUTES = cdk.Duration.minutes(5)


class Alarms(Construct):
    """Alarms of the workflow, all told to one topic; whoever wants to know subscribes to it."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        settings: Workflow,
        workflow: AnalysisWorkflow,
        queues: Mapping[str, AnalysisQueue],
    ) -> None:
        super().__init__(scope, id)
        self.topic = topic_told_by(self, "cloudwatch.amazonaws.com")
        executions = workflow.state_machine
        self._alarm(
            "Failed",
            executions.metric_failed(period=_FIVE_MINUTES, statistic="Sum"),
            "Analyses whose result could not be saved, or that could not begin.",
        )
        self._alarm(
            "Abandoned",
            workflow.abandoned.metric_invocations(period=_FIVE_MINUTES, statistic="Sum"),
            "Three analysers ended over the same upload.",
        )
        self._alarm(
            "LostEvents",
            workflow.lost_events.metric_approximate_number_of_messages_visible(),
            "Uploads whose analysis EventBridge could not start.",
        )
        for name, queue in queues.items():
            self._alarm(
                f"{name}DeadLetters",
                queue.dead_letters.metric_approximate_number_of_messages_visible(),
                "Dead letters that the function that ends their tasks could not deal with.",
                periods=3,
            )
            self._alarm(
                f"{name}Waiting",
                queue.queue.metric_approximate_age_of_oldest_message(),
                "Uploads wait so long that their heartbeat may run out: no analyser comes up, or "
                "too few.",
                threshold=settings.heartbeat // 2,
            )

    def _alarm(
        self,
        id: str,
        metric: cloudwatch.Metric,
        description: str,
        *,
        threshold: int = 1,
        periods: int = 1,
    ) -> None:
        alarm(
            self,
            id,
            metric=metric,
            description=f"{description} See docs/guardian/runbooks/analysis-failed.md.",
            topic=self.topic,
            threshold=threshold,
            periods=periods,
        )
