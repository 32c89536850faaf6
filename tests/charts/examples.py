"""The charts of all systems as each environment draws them, in made-up contexts."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import cdk8s

from settings.system import folder_of
from settings.systems import SYSTEMS

Objects = list[dict[str, Any]]
Charts = Mapping[str, Objects]
"""The objects of each chart, by the chart's name."""

REGISTRY = "123456789012.dkr.ecr.ap-northeast-2.amazonaws.com"


def charts_of(system: str) -> Mapping[str, Charts]:
    """Return the charts of a system's environments, as tests/charts/<system>/examples.py has them.

    Production and development must be there; a system may add the alternatives it has.
    """
    charts: Mapping[str, Charts] = import_module(f"tests.charts.{system}.examples").CHARTS
    assert {"prod", "dev"} <= charts.keys()
    return charts


def all_charts() -> dict[tuple[str, str], Charts]:
    """Return the charts of every environment of every system, by system and environment."""
    return {
        (name, environment): charts
        for name in map(folder_of, SYSTEMS)
        for environment, charts in charts_of(name).items()
    }


def draw(chart: cdk8s.Chart) -> Objects:
    """Return a chart's objects in the order in which they are applied."""
    objects: Objects = chart.to_json()
    return objects


def pick(objects: Objects, kind: str, name: str | None = None) -> dict[str, Any]:
    """Return the one object of a kind, and of a name where there are several."""
    (found,) = [
        thing
        for thing in objects
        if thing["kind"] == kind and name in (None, thing["metadata"]["name"])
    ]
    return found


def pod_of(workload: dict[str, Any]) -> dict[str, Any]:
    """Return the pod template of a Deployment, StatefulSet or DaemonSet."""
    template: dict[str, Any] = workload["spec"]["template"]
    return template


def workloads(objects: Objects) -> Objects:
    """Pick whatever makes pods."""
    return [thing for thing in objects if "template" in thing.get("spec", {})]


def kinds(objects: Objects) -> list[str]:
    """List the kinds in the order in which they are applied."""
    return [thing["kind"] for thing in objects]
