"""Rules as Prometheus evaluates them, and the object by which its operator hands them over."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lightkube.models.meta_v1 import ObjectMeta

EVALUATION_SECONDS = 30
"""How often rules are evaluated, as often as targets are scraped."""
_RUNBOOKS = "docs/dubbing/runbooks"


class Severity(StrEnum):
    """Who is told: whoever is on call, the channel, or nobody but the dashboards."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, kw_only=True)
class RecordingRule:
    """A query whose answer is kept as a series of its own; as text, that series' name."""

    record: str
    """`level:metric:operations`, where the level is the labels that are left."""
    expr: str

    def __str__(self) -> str:
        return self.record

    def to_dict(self) -> dict[str, Any]:
        """Return the rule as Prometheus reads it."""
        return {"record": self.record, "expr": self.expr}


@dataclass(frozen=True, kw_only=True)
class Alert:
    """A query whose answer, once it has been there for some minutes, is somebody's business."""

    name: str
    severity: Severity
    expr: str
    minutes: int
    summary: str
    """One line, with `{{ $labels.… }}` where the answer's labels stand."""
    description: str
    """What it means, with `{{ $value }}`."""

    def to_dict(self, runbook: str) -> dict[str, Any]:
        """Return the alert as Prometheus reads it; its heading in the runbook is its name."""
        return {
            "alert": self.name,
            "expr": self.expr,
            "for": f"{self.minutes}m",
            "labels": {"severity": self.severity.value},
            "annotations": {
                "summary": self.summary,
                "description": self.description,
                "runbook_url": f"{_RUNBOOKS}/{runbook}.md#{self.name.lower()}",
            },
        }


@dataclass(frozen=True, kw_only=True)
class RecordingGroup:
    """Recording rules that are evaluated one after the other."""

    name: str
    rules: tuple[RecordingRule, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the group as Prometheus reads it."""
        return _group(self.name, [rule.to_dict() for rule in self.rules])


@dataclass(frozen=True, kw_only=True)
class AlertGroup:
    """Alerts that one runbook is about, called as the group is."""

    name: str
    alerts: tuple[Alert, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the group as Prometheus reads it."""
        return _group(self.name, [alert.to_dict(self.name) for alert in self.alerts])


def _group(name: str, rules: list[dict[str, Any]]) -> dict[str, Any]:
    return {"name": name, "interval": f"{EVALUATION_SECONDS}s", "rules": rules}


@dataclass(frozen=True, kw_only=True)
class PrometheusRule:
    """Groups of rules, which the Prometheus operator gives to Prometheus."""

    metadata: ObjectMeta
    groups: tuple[RecordingGroup | AlertGroup, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the object as the operator reads it."""
        return {
            "apiVersion": "monitoring.coreos.com/v1",
            "kind": "PrometheusRule",
            "metadata": self.metadata.to_dict(),
            "spec": {"groups": [group.to_dict() for group in self.groups]},
        }
