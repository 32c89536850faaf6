"""What the gate finds in a pod that a test has made."""

from typing import Any

from functions.release_gate.finding import Finding
from functions.release_gate.reasons import PodReport

from .pods import NOW


def find(made: dict[str, Any], *warnings: dict[str, Any], ready_within: int = 120) -> Finding:
    """Return what the gate finds in a pod in which there is something to find."""
    finding = report(made, *warnings, ready_within=ready_within).finding()
    assert finding is not None
    return finding


def report(made: dict[str, Any], *warnings: dict[str, Any], ready_within: int = 120) -> PodReport:
    """Report on a pod at NOW."""
    return PodReport(pod=made, warnings=warnings, now=NOW, ready_within=ready_within)
