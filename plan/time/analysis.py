"""How long Argo's controller measures a new version before it takes it for good."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from plan.model.figures import figure
from plan.model.kubernetes import KubernetesObject
from plan.time.finding import Seconds, Step

_PHASES = {
    "prePromotionAnalysis": "analysis before the switch",
    "postPromotionAnalysis": "analysis behind the switch",
}
_PART = re.compile(r"(\d+)(h|m|s)")
_SECONDS = {"h": 3600, "m": 60, "s": 1}


def analyses(workload: KubernetesObject, objects: Iterable[KubernetesObject]) -> Iterator[Step]:
    """Yield the analyses of a Rollout whose templates are among the objects; of others none."""
    strategy = workload.document["spec"].get("strategy") or {}
    blue_green = (strategy.get("blueGreen") or {}) if workload.kind == "Rollout" else {}
    templates = [
        one
        for one in objects
        if one.kind == "AnalysisTemplate" and one.namespace == workload.namespace
    ]
    for phase, what in _PHASES.items():
        named = (blue_green.get(phase) or {}).get("templates") or ()
        names = {one.get("templateName") for one in named}
        longest = max((_lasts(one) for one in templates if one.name in names), default=0)
        if longest:
            yield Step(
                subject=workload.name,
                what=what,
                each=Seconds(longest, longest),
                mark="A",
                source="initialDelay, interval and count of its AnalysisTemplate",
            )


def _lasts(template: KubernetesObject) -> int:
    metrics: Iterable[Mapping[str, Any]] = template.document["spec"]["metrics"]
    return max(
        _seconds(one.get("initialDelay"))
        + _seconds(one.get("interval")) * (_count(template, one) - 1)
        for one in metrics
    )


def _count(template: KubernetesObject, metric: Mapping[str, Any]) -> int:
    return int(figure(template.name, "count", metric.get("count", 1)))


def _seconds(text: str | None) -> int:
    return sum(int(number) * _SECONDS[unit] for number, unit in _PART.findall(text or ""))
