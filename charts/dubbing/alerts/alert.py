"""An alert as it is thought of: how bad, for how long, what it says, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum

from charts.monitoring import AlertingRule, RuleGroup

_RUNBOOKS = "docs/dubbing/runbooks"
_SECONDS = 60


class Severity(StrEnum):
    """Who is told: whoever is on call, the channel, or nobody but the dashboards."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"


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

    def rule(self, runbook: str) -> AlertingRule:
        """Return the rule; the alert's heading in the runbook is its name."""
        return AlertingRule(
            name=self.name,
            expression=self.expr,
            lasts=self.minutes * _SECONDS,
            labels={"severity": self.severity.value},
            annotations={
                "summary": self.summary,
                "description": self.description,
                "runbook_url": f"{_RUNBOOKS}/{runbook}.md#{self.name.lower()}",
            },
        )


@dataclass(frozen=True, kw_only=True)
class AlertGroup:
    """Alerts that one runbook is about, called as the group is."""

    name: str
    alerts: tuple[Alert, ...]

    @property
    def rules(self) -> RuleGroup:
        return RuleGroup(
            name=self.name, rules=tuple(alert.rule(self.name) for alert in self.alerts)
        )
