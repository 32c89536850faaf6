"""Alarms of CloudWatch, each told to a topic."""

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from constructs import Construct


def alarm(
    scope: Construct,
    id: str,
    *,
    metric: cloudwatch.Metric,
    description: str,
    topic: sns.ITopic,
    threshold: int = 1,
    periods: int = 1,
) -> None:
    """Tell the topic once a metric has reached its threshold for so many periods."""
    made = cloudwatch.Alarm(
        scope,
        id,
        metric=metric,
        alarm_description=description,
        threshold=threshold,
        evaluation_periods=periods,
        comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        # Nothing is measured where nothing happens: a queue at rest, no executions.
        treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
    )
    made.add_alarm_action(actions.SnsAction(topic))
