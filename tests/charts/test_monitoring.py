"""prometheus-operator's objects."""

import cdk8s
from lightkube.models.meta_v1 import ObjectMeta

from charts.monitoring import (
    AlertingRule,
    PrometheusRule,
    RecordingRule,
    RuleGroup,
    ServiceMonitor,
)
from charts.objects import Manifest, add
from tests.charts.examples import draw

_METADATA = ObjectMeta(name="queues", namespace="monitoring", labels={"a": "b"})


def _drawn(manifest: Manifest) -> object:
    chart = cdk8s.Chart(cdk8s.App(), "example")
    add(chart, manifest)
    (thing,) = draw(chart)
    assert thing["metadata"] == _METADATA.to_dict()
    return thing["spec"]


def test_a_service_is_scraped_by_its_labels_and_the_name_of_its_port() -> None:
    """Twice a minute, unless told otherwise."""
    monitor = ServiceMonitor(metadata=_METADATA, services={"name": "queues"}, port="metrics")

    assert _drawn(monitor) == {
        "selector": {"matchLabels": {"name": "queues"}},
        "endpoints": [{"port": "metrics", "interval": "30s", "scrapeTimeout": "10s"}],
    }


def test_pods_that_speak_about_others_keep_their_labels() -> None:
    """Else the namespace of each figure would be that of the pod that shows it."""
    monitor = ServiceMonitor(
        metadata=_METADATA, services={}, port="metrics", interval=60, honor_labels=True
    )

    spec = _drawn(monitor)

    assert isinstance(spec, dict)
    assert spec["endpoints"] == [
        {"port": "metrics", "interval": "60s", "scrapeTimeout": "10s", "honorLabels": True}
    ]


def test_rules_are_written_as_prometheus_reads_them() -> None:
    """Recorded series first, alerts about them after, in one group."""
    rule = PrometheusRule(
        metadata=_METADATA,
        groups=(
            RuleGroup(
                name="costs",
                rules=(
                    RecordingRule(name="service:cost_usd:sum", expression="sum(cost)"),
                    AlertingRule(
                        name="Expensive",
                        expression="service:cost_usd:sum > 50",
                        lasts=1800,
                        labels={"severity": "warning"},
                        annotations={"summary": "more than 50 USD an hour"},
                    ),
                ),
            ),
        ),
    )

    assert _drawn(rule) == {
        "groups": [
            {
                "name": "costs",
                "rules": [
                    {"record": "service:cost_usd:sum", "expr": "sum(cost)"},
                    {
                        "alert": "Expensive",
                        "expr": "service:cost_usd:sum > 50",
                        "for": "1800s",
                        "labels": {"severity": "warning"},
                        "annotations": {"summary": "more than 50 USD an hour"},
                    },
                ],
            }
        ]
    }
