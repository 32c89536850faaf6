"""Whether an account is ready for an assembly; it asks AWS, and changes nothing there."""

from plan.preflight.survey import CheckResult, ask, checks
from plan.preflight.verdicts import Check, Missing, Ready, Unknown, Verdict

__all__ = ["Check", "CheckResult", "Missing", "Ready", "Unknown", "Verdict", "ask", "checks"]
