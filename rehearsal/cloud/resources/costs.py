"""Budgets, which the emulator keeps, and monitors of costs, which are records."""

import secrets
from typing import Any

from ministack.core.responses import get_account_id

from rehearsal.cloud.clients import own_client
from rehearsal.cloud.patches.cloudformation import CreatedResource, Properties, ResourceHandler

_NAME_BYTES = 6


def _create_budget(properties: Properties) -> CreatedResource:
    name = properties["Budget"].get("BudgetName") or f"budget-{secrets.token_hex(_NAME_BYTES)}"
    own_client("budgets").create_budget(
        AccountId=get_account_id(),
        Budget=_budget(properties, name),
        NotificationsWithSubscribers=[
            {"Notification": _notification(one), "Subscribers": one["Subscribers"]}
            for one in properties.get("NotificationsWithSubscribers", ())
        ],
    )
    return CreatedResource(physical_id=name, attributes={})


def _update_budget(physical_id: str, old: Properties, new: Properties) -> CreatedResource:
    """Change the figures; other notifications make another budget, as CloudFormation has it."""
    if old.get("NotificationsWithSubscribers") != new.get("NotificationsWithSubscribers"):
        return _create_budget(new)
    own_client("budgets").update_budget(
        AccountId=get_account_id(), NewBudget=_budget(new, physical_id)
    )
    return CreatedResource(physical_id=physical_id, attributes={})


def _delete_budget(physical_id: str, _properties: Properties) -> None:
    own_client("budgets").delete_budget(AccountId=get_account_id(), BudgetName=physical_id)


def _budget(properties: Properties, name: str) -> dict[str, Any]:
    budget = properties["Budget"]
    limit = budget["BudgetLimit"]
    return {
        "BudgetName": name,
        "BudgetType": budget["BudgetType"],
        "TimeUnit": budget["TimeUnit"],
        "BudgetLimit": {"Amount": str(limit["Amount"]), "Unit": limit["Unit"]},
        "CostFilters": budget.get("CostFilters", {}),
    }


def _notification(properties: Properties) -> dict[str, Any]:
    notification = properties["Notification"]
    return {**notification, "Threshold": float(notification["Threshold"])}


def _record(kind: str, attribute: str) -> ResourceHandler:
    """Return the handler of a thing that Cost Explorer would keep, and that does nothing here."""

    def create(_properties: Properties) -> CreatedResource:
        arn = f"arn:aws:ce::{get_account_id()}:{kind}/{secrets.token_hex(_NAME_BYTES)}"
        return CreatedResource(physical_id=arn, attributes={attribute: arn})

    def update(physical_id: str, _old: Properties, _new: Properties) -> CreatedResource:
        return CreatedResource(physical_id=physical_id, attributes={attribute: physical_id})

    return ResourceHandler(create=create, update=update, delete=lambda _id, _properties: None)


HANDLERS = {
    "AWS::Budgets::Budget": ResourceHandler(
        create=_create_budget, update=_update_budget, delete=_delete_budget
    ),
    "AWS::CE::AnomalyMonitor": _record("anomalymonitor", "MonitorArn"),
    "AWS::CE::AnomalySubscription": _record("anomalysubscription", "SubscriptionArn"),
}
