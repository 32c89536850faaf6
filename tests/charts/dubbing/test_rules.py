"""Recording rules ask for what is exported, and are called after what they make."""

import re

import pytest

from charts.dubbing.rules import RECORDING_GROUPS
from charts.dubbing.series import EXPORTERS
from charts.monitoring import AlertingRule, RecordingRule
from tests.charts.dubbing.promql import labels_of
from tests.charts.dubbing.recorded import recorded

_RULES = [rule for group in RECORDING_GROUPS for rule in group.rules]

every_rule = pytest.mark.parametrize("rule", _RULES, ids=lambda rule: rule.name)


@every_rule
def test_a_rule_asks_for_series_and_labels_that_exist(rule: RecordingRule | AlertingRule) -> None:
    """Of an exporter, or of a rule that is evaluated before."""
    assert rule.name in recorded()


@every_rule
def test_a_rule_is_called_by_the_labels_that_are_left(rule: RecordingRule | AlertingRule) -> None:
    """`level:metric:operations`, the level being the labels of its series."""
    level, metric, operations = rule.name.split(":")
    left = recorded()[rule.name]
    assert level == ("_".join(sorted(left, key=level.find)) if left else "cluster")
    assert re.fullmatch(r"[a-z_]+", metric)
    assert re.fullmatch(r"[a-z0-9_]+", operations)


def test_no_two_rules_make_the_same_series() -> None:
    """And none makes one that is exported."""
    names = [rule.name for rule in _RULES]
    exported = {
        name for exporter in EXPORTERS for metric in exporter.metrics for name in metric.series
    }
    assert len(names) == len(set(names))
    assert not exported & set(names)


def test_a_metric_is_exported_by_one_program() -> None:
    """A name that two programs have would be two things."""
    names = [
        name for exporter in EXPORTERS for metric in exporter.metrics for name in metric.series
    ]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("nvidia_gpu_duty_cycle", "nothing exports or records nvidia_gpu_duty_cycle"),
        ('model_loaded{voice_type="clone"}', "model_loaded has no label voice_type"),
        ("sum by (stage) (model_loaded)", "has no label stage"),
        ("rate(model_loaded[5m])", "rate of model_loaded, which is no counter"),
        ("model_loaded * on (node) cost_exporter_up", "has no label node"),
        ("DCGM_FI_DEV_FB_USED / model_loaded", "never matches"),
        ("histogram_quantile(0.9, sum(rate(model_job_seconds_bucket[5m])))", "has no label le"),
        ('label_replace(model_loaded, "a", "$1", "stage", "(.+)")', "has no label stage"),
        ("abs(model_loaded)", "abs is a function that is not understood"),
    ],
)
def test_a_wrong_query_is_found(query: str, reason: str) -> None:
    """The check itself: without it a panel stays empty, and an alert silent."""
    with pytest.raises(AssertionError, match=reason):
        labels_of(query, {})


def test_the_answer_has_the_labels_that_the_query_leaves() -> None:
    """Those that are grouped by, replaced or brought from the other side."""
    assert labels_of("max by (queue) (bullmq_job_count)", {}) == {"queue"}
    assert labels_of('absent(up{job="x"})', {}) == {"job"}
    joined = (
        "max by (pod) (model_loaded)"
        " * on (pod) group_left (node) max by (pod, node) (kube_pod_info)"
    )
    assert labels_of(joined, {}) == {"pod", "node"}
