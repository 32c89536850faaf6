"""What the gate finds in a pod that a test has made."""

from typing import Any

from functions.release_gate.finding import Finding
from functions.release_gate.reasons import PodReport

from .pods import NOW


def find(made: dict[str, Any], *warnings: dict[str, Any], **patience: int) -> Finding:
    """Return what the gate finds in a pod in which there is something to find."""
    finding = report(made, *warnings, **patience).finding()
    assert finding is not None
    return finding


def report(
    made: dict[str, Any],
    *warnings: dict[str, Any],
    scheduled_within: int = 30,
    ready_within: int = 120,
) -> PodReport:
    """Report on a pod at NOW."""
    return PodReport(
        pod=made,
        warnings=warnings,
        now=NOW,
        scheduled_within=scheduled_within,
        ready_within=ready_within,
    )
