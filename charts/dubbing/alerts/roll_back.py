"""Alerts that tell whoever is on call to take the last release back, and two that only warn.

Argo Rollouts takes a release back by itself while it judges it; these hold at any time after.
"""

from charts.dubbing import rules
from charts.dubbing.alerts.alert import Alert, AlertGroup, Severity
from settings.dubbing.watching import RollBackLimits


def roll_back_alerts(limits: RollBackLimits) -> AlertGroup:
    """Return the alerts whose runbook is roll-back.md."""
    return AlertGroup(
        name="roll-back",
        alerts=(
            Alert(
                name="RollBackErrors",
                severity=Severity.CRITICAL,
                expr=f"{rules.ERRORS.name} > {limits.error_ratio.value}",
                minutes=limits.error_ratio.minutes,
                summary="{{ $labels.service }} fails: roll back if it was just released",
                description="{{ $value | humanizePercentage }} of its answers are 5xx.",
            ),
            Alert(
                name="RollBackLatency",
                severity=Severity.CRITICAL,
                expr=f"{rules.REQUEST_SECONDS.name} > {limits.p95_seconds.value}",
                minutes=limits.p95_seconds.minutes,
                summary="{{ $labels.service }} is slow: roll back if it was just released",
                description="One request in twenty takes longer than "
                "{{ $value | humanizeDuration }}.",
            ),
            Alert(
                name="RollBackRestarts",
                severity=Severity.CRITICAL,
                expr=f"{rules.RESTARTS_OF_POD.name} > {limits.restarts_per_pod.value}",
                minutes=limits.restarts_per_pod.minutes,
                summary="{{ $labels.service }} restarts: roll back if it was just released",
                description="{{ $value | printf `%.1f` }} restarts for each pod in ten minutes.",
            ),
            Alert(
                name="QueueStoreAway",
                severity=Severity.CRITICAL,
                expr="max by (namespace) (queue_exporter_up) == 0",
                minutes=limits.store_away,
                summary="The store of the queues does not answer",
                description="No job can be put in or taken out; pods stay as many as they are.",
            ),
            Alert(
                name="MemoryNearlyExhausted",
                severity=Severity.WARNING,
                expr=f"{rules.MEMORY_OF_LIMIT.name} > {limits.memory_ratio.value}",
                minutes=limits.memory_ratio.minutes,
                summary="{{ $labels.container }} in {{ $labels.pod }} is about to be killed",
                description="It uses {{ $value | humanizePercentage }} of its limit.",
            ),
            Alert(
                name="QueueFlooded",
                severity=Severity.WARNING,
                expr=f"{rules.PENDING_JOBS.name} > {limits.queue_jobs.value}",
                minutes=limits.queue_jobs.minutes,
                summary="{{ $value }} jobs are in queue {{ $labels.queue }}",
                description="More than all its pods finish in hours.",
            ),
        ),
    )
