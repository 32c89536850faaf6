"""The parts of an analysis, as the branches of the state machine return them, and their score."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SCORES = {
    "audio": "deepfake_probability",
    "video": "manipulation_probability",
    "context": "scam_probability",
}
"""The field of each part's output that holds its score."""

_JUDGED = {"audio": "the voice", "video": "the picture", "context": "the talk"}
"""What each part judges, in the words of a band."""

_ENOUGH_FOR_HIGH = 2

_STATUSES = {"success", "not_judged", "failed"}
_LONGEST_REASON = 300


@dataclass(frozen=True, kw_only=True)
class ScoreRules:
    """Weights of the parts, and the highest scores of low and medium risk."""

    weights: Mapping[str, float]
    low: int
    medium: int

    def final(self, found: Mapping[str, Mapping[str, Any]]) -> int | None:
        """Return the weighted score of the parts that were judged; None if none was.

        Above medium it is only if two parts are: none of them is a proof by itself.
        """
        scores = _scores(found)
        if not scores:
            return None
        weight = sum(self.weights[name] for name in scores)
        final = round(100 * sum(self.weights[name] * scores[name] for name in scores) / weight)
        if sum(100 * value > self.medium for value in scores.values()) < _ENOUGH_FOR_HIGH:
            return min(final, self.medium)
        return final

    def band(self, final: int, found: Mapping[str, Mapping[str, Any]]) -> str:
        """Return low, medium or high, and what it says nothing of."""
        band = "low" if final <= self.low else "medium" if final <= self.medium else "high"
        judged = _scores(found)
        missing = [words for name, words in _JUDGED.items() if name not in judged]
        if not missing:
            return band
        were = "was" if len(missing) == 1 else "were"
        return f"{band}, but {' and '.join(missing)} {were} not judged"


def _scores(found: Mapping[str, Mapping[str, Any]]) -> dict[str, float]:
    return {
        name: value
        for name, answer in found.items()
        if answer["status"] == "success" and (value := score(name, answer)) is not None
    }


def part(name: str, answer: object) -> dict[str, Any]:
    """Return what is stored of a part: the whole output, or error and reason if it failed."""
    if not isinstance(answer, Mapping) or answer.get("status") not in _STATUSES:
        return _failed("Analysis.Unreadable", f"The answer of the {name} branch has no status.")
    if answer["status"] == "failed":
        failure = answer.get("failure") or {}
        return _failed(failure.get("Error", ""), failure.get("Cause", ""))
    if answer["status"] == "not_judged":
        return {**answer, SCORES[name]: None, "reason": str(answer.get("message", ""))}
    if score(name, answer) is None:
        return _failed(
            "Analysis.Unreadable", f"The {name} branch gave no {SCORES[name]} from 0 to 1."
        )
    return dict(answer)


def score(name: str, answer: Mapping[str, Any]) -> float | None:
    """Return the score of a part; None unless it is a number from 0 to 1."""
    value = answer.get(SCORES[name])
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        return None
    return float(value)


def _failed(error: str, cause: str) -> dict[str, Any]:
    reason = " ".join(_message(cause).split()) or _TIMED_OUT.get(error, error) or "It is not known."
    return {"status": "failed", "error": error, "reason": reason[:_LONGEST_REASON]}


_TIMED_OUT = {
    "States.HeartbeatTimeout": "No analyser gave a sign of life in time.",
    "States.Timeout": "The analysis took too long.",
}
"""Errors of Step Functions itself, which have no cause."""


def _message(cause: str) -> str:
    """Return the errorMessage of a cause that is Lambda's JSON, and any other cause as it is."""
    try:
        found = json.loads(cause)
    except ValueError:
        return cause
    return (
        str(found["errorMessage"]) if isinstance(found, dict) and "errorMessage" in found else cause
    )
