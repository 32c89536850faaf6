"""The three parts of an analysis, as the branches of the state machine hand them over."""

import json
from collections.abc import Mapping
from typing import Any

SCORES = {
    "audio": "deepfake_probability",
    "video": "manipulation_probability",
    "context": "scam_probability",
}
"""The field of each part's answer that holds its score."""

_LONGEST_REASON = 300


def part(name: str, answer: object) -> dict[str, Any]:
    """Return what is stored of a part: the whole answer, or `failed` with error and reason."""
    if not isinstance(answer, Mapping) or answer.get("status") not in {"success", "failed"}:
        return _failed("Analysis.Unreadable", f"The answer of the {name} branch has no status.")
    if answer["status"] == "failed":
        failure = answer.get("failure") or {}
        return _failed(failure.get("Error", ""), failure.get("Cause", ""))
    if score(name, answer) is None:
        return _failed(
            "Analysis.Unreadable", f"The {name} branch gave no {SCORES[name]} from 0 to 1."
        )
    return dict(answer)


def score(name: str, answer: Mapping[str, Any]) -> float | None:
    """Return the score of a part, if it is one."""
    value = answer.get(SCORES[name])
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        return None
    return float(value)


def _failed(error: str, cause: str) -> dict[str, Any]:
    reason = " ".join(_words(cause).split()) or _TIMED_OUT.get(error, error) or "It is not known."
    return {"status": "failed", "error": error, "reason": reason[:_LONGEST_REASON]}


_TIMED_OUT = {
    "States.HeartbeatTimeout": "No analyser gave a sign of life in time.",
    "States.Timeout": "The analysis took too long.",
}
"""Failures that Step Functions finds by itself, and says no cause of."""


def _words(cause: str) -> str:
    """Return the message in what Lambda says of an exception; all else is words already."""
    try:
        found = json.loads(cause)
    except ValueError:
        return cause
    return (
        str(found["errorMessage"]) if isinstance(found, dict) and "errorMessage" in found else cause
    )
