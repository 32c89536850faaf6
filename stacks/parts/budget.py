"""What an environment may cost: a budget, and a watch over sudden changes, both by its tag."""

import json

from aws_cdk import aws_budgets as budgets
from aws_cdk import aws_ce as ce
from constructs import Construct

from settings.system import BUDGET_THRESHOLD, SYSTEM_TAG, System
from stacks.parts.topic import topic_told_by

_ANOMALY_SHARE = 50
"""From a fiftieth of the month's budget on, an unexpected cost is told of."""


class Budget(Construct):
    """Tells a topic when the month's cost passes four fifths of the budget, or will pass all of it.

    Costs are known by tag once a person has activated the tag in the account's billing console;
    a tag's costs of before are not counted (docs/pipelines.md).
    """

    def __init__(self, scope: Construct, id: str, *, system: System) -> None:
        super().__init__(scope, id)
        self.topic = topic_told_by(self, "budgets.amazonaws.com", "costalerts.amazonaws.com")
        subscriber = budgets.CfnBudget.SubscriberProperty(
            subscription_type="SNS", address=self.topic.topic_arn
        )
        budgets.CfnBudget(
            self,
            "Month",
            budget=budgets.CfnBudget.BudgetDataProperty(
                budget_type="COST",
                time_unit="MONTHLY",
                budget_limit=budgets.CfnBudget.SpendProperty(
                    amount=system.monthly_budget_usd, unit="USD"
                ),
                cost_filters={"TagKeyValue": [f"user:{SYSTEM_TAG}${system.name}"]},
            ),
            notifications_with_subscribers=[
                budgets.CfnBudget.NotificationWithSubscribersProperty(
                    notification=budgets.CfnBudget.NotificationProperty(
                        comparison_operator="GREATER_THAN",
                        notification_type=kind,
                        threshold=percent,
                        threshold_type="PERCENTAGE",
                    ),
                    subscribers=[subscriber],
                )
                for kind, percent in (("ACTUAL", 100 * BUDGET_THRESHOLD), ("FORECASTED", 100))
            ],
        ).node.add_dependency(self.topic)
        self._watch(system)

    def _watch(self, system: System) -> None:
        """Tell of costs that the days before gave no reason to expect."""
        monitor = ce.CfnAnomalyMonitor(
            self,
            "Monitor",
            # Cost Explorer makes none without a name.
            monitor_name=system.name,
            monitor_type="CUSTOM",
            monitor_specification=json.dumps(
                {"Tags": {"Key": SYSTEM_TAG, "Values": [system.name]}}
            ),
        )
        ce.CfnAnomalySubscription(
            self,
            "Anomalies",
            subscription_name=system.name,
            monitor_arn_list=[monitor.attr_monitor_arn],
            # The only frequency at which it tells a topic.
            frequency="IMMEDIATE",
            subscribers=[
                ce.CfnAnomalySubscription.SubscriberProperty(
                    type="SNS", address=self.topic.topic_arn
                )
            ],
            threshold_expression=json.dumps(
                {
                    "Dimensions": {
                        "Key": "ANOMALY_TOTAL_IMPACT_ABSOLUTE",
                        "MatchOptions": ["GREATER_THAN_OR_EQUAL"],
                        "Values": [str(system.monthly_budget_usd // _ANOMALY_SHARE)],
                    }
                }
            ),
        ).node.add_dependency(self.topic)
