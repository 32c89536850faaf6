"""Whom Dubbing tells of what: all alerts, in groups that have a runbook each."""

from charts.dubbing.alerts.alert import AlertGroup
from charts.dubbing.alerts.cost import cost_alerts
from charts.dubbing.alerts.deployment import deployment_alerts
from charts.dubbing.alerts.models import model_alerts
from charts.dubbing.alerts.roll_back import roll_back_alerts
from charts.dubbing.alerts.silence import silence_alerts
from settings.dubbing.watching import Watching

__all__ = ["alert_groups"]


def alert_groups(watching: Watching) -> tuple[AlertGroup, ...]:
    """Return every alert, by the runbook that says what to do."""
    return (
        cost_alerts(watching.cost),
        deployment_alerts(watching.deployment),
        roll_back_alerts(watching.roll_back),
        model_alerts(watching.models),
        silence_alerts(watching),
    )
