"""Dubbing's dashboards."""

from charts.dubbing.dashboards.cost import cost_dashboard
from charts.dubbing.dashboards.deployment import deployment_dashboard
from charts.dubbing.dashboards.health import health_dashboard
from charts.dubbing.dashboards.jobs import jobs_dashboard
from charts.dubbing.dashboards.models import models_dashboard
from charts.panels import Dashboard
from settings.dubbing.watching import Watching

__all__ = ["dashboards"]


def dashboards(watching: Watching) -> tuple[Dashboard, ...]:
    """Return all of them, in the order in which they are read."""
    return (
        cost_dashboard(watching),
        jobs_dashboard(watching),
        models_dashboard(watching),
        health_dashboard(watching),
        deployment_dashboard(watching),
    )
