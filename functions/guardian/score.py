"""The final score: the parts that are there, each by its weight."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from . import parts


@dataclass(frozen=True, kw_only=True)
class Scoring:
    """Weights of the parts, and the highest scores of low and medium risk."""

    weights: Mapping[str, float]
    low: int
    medium: int

    def final(self, found: Mapping[str, Mapping[str, Any]]) -> int | None:
        """Return the score over the parts that succeeded; nothing, and never a middle, if none."""
        scores = {
            name: value
            for name, answer in found.items()
            if answer["status"] == "success" and (value := parts.score(name, answer)) is not None
        }
        if not scores:
            return None
        weight = sum(self.weights[name] for name in scores)
        return round(100 * sum(self.weights[name] * scores[name] for name in scores) / weight)

    def band(self, score: int) -> str:
        """Name the band of risk."""
        if score <= self.low:
            return "low"
        return "medium" if score <= self.medium else "high"
