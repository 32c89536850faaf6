"""The objects that Prometheus' operator and Grafana's sidecar find."""

import json

import cdk8s
import kubernetes_validate

from charts.dubbing.alerts import alert_groups
from charts.dubbing.dashboards import dashboards
from charts.dubbing.rules import RECORDING_GROUPS
from charts.dubbing.watching import DashboardChart, RulesChart
from charts.objects import common_labels
from tests.charts.examples import draw
from tests.settings.dubbing.examples import PROD

_RULES = draw(RulesChart(cdk8s.App(), system="dubbing", watching=PROD.watching))
_DASHBOARDS = [
    draw(DashboardChart(cdk8s.App(), drawn, system="dubbing"))
    for drawn in dashboards(PROD.watching)
]


def test_every_group_of_rules_is_in_an_object() -> None:
    """In two objects: what is recorded, and what is told."""
    assert [thing["metadata"]["name"] for thing in _RULES] == ["recording", "alerts"]
    assert {thing["kind"] for thing in _RULES} == {"PrometheusRule"}
    groups = [group["name"] for thing in _RULES for group in thing["spec"]["groups"]]
    recorded = [group.name for group in RECORDING_GROUPS]
    assert groups == recorded + [group.name for group in alert_groups(PROD.watching)]
    assert len(groups) == len(set(groups))


def test_every_dashboard_is_a_config_map_of_its_own() -> None:
    """Which Kubernetes knows, and CloudFormation can hand over, the old one beside the new."""
    for objects in _DASHBOARDS:
        (thing,) = objects
        kubernetes_validate.validate(thing, "1.36", strict=True)
        assert 2 * len(json.dumps(json.dumps(objects))) < 128 * 1024


def test_every_object_is_known_by_its_system() -> None:
    """By the labels that all objects of the system have."""
    for thing in [*_RULES, *(one for objects in _DASHBOARDS for one in objects)]:
        assert thing["metadata"]["labels"].items() >= common_labels("dubbing").items()
        assert thing["metadata"]["namespace"] == "monitoring"
