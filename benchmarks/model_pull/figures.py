"""The arithmetic: medians, and ratios within a round."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from benchmarks.model_pull.measure import Run


@dataclass(frozen=True, kw_only=True)
class Spread:
    """The middle of some figures, the lowest and the highest."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, figures: Sequence[float]) -> Self:
        """Describe at least one figure."""
        return cls(median=statistics.median(figures), low=min(figures), high=max(figures))


def times_as_long(theirs: Sequence[Run], ours: Sequence[Run]) -> Spread:
    """Compare round by round, as the machine changes from one to the next: above 1 ours won."""
    return Spread.of([their.seconds / our.seconds for their, our in zip(theirs, ours, strict=True)])


def fastest(runs: Mapping[str, Sequence[Run]], names: Sequence[str]) -> str:
    """Name the one with the shortest median."""
    return min(names, key=lambda name: Spread.of([run.seconds for run in runs[name]]).median)


def slowest(runs: Mapping[str, Sequence[Run]], names: Sequence[str]) -> str:
    """Name the one with the longest median."""
    return max(names, key=lambda name: Spread.of([run.seconds for run in runs[name]]).median)
