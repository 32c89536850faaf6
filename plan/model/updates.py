"""How the pods of a workload are replaced by those of a new release."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from plan.model.selectors import Document


@dataclass(frozen=True)
class Rolling:
    """New pods beside the old ones: numbers, or per cent of all pods."""

    surge: int | str = "25%"
    unavailable: int | str = "25%"

    def of(self, pods: int) -> tuple[int, int]:
        """Return how many pods may be too many, and how many too few."""
        surge = _share(self.surge, pods, math.ceil)
        unavailable = _share(self.unavailable, pods, math.floor)
        return surge, unavailable or (0 if surge else 1)


@dataclass(frozen=True)
class Recreate:
    """All old pods go before the first new one comes."""


@dataclass(frozen=True)
class InPlace:
    """One pod after the other goes and comes back, the last one first."""

    first: int = 0
    """Those with a lower number stay as they are."""


Update = Rolling | Recreate | InPlace


def update_of(kind: str, spec: Document) -> Update | None:
    """Read how a workload replaces its pods; None if it does not, or never has others."""
    strategy = spec.get("updateStrategy") or spec.get("strategy") or {}
    match kind, strategy.get("type", "RollingUpdate"):
        case "Deployment", "Recreate":
            return Recreate()
        case "Deployment", _:
            figures = strategy.get("rollingUpdate") or {}
            default = Rolling()
            return Rolling(
                surge=figures.get("maxSurge", default.surge),
                unavailable=figures.get("maxUnavailable", default.unavailable),
            )
        case "StatefulSet", "RollingUpdate":
            return InPlace(first=(strategy.get("rollingUpdate") or {}).get("partition") or 0)
    return None


def _share(figure: int | str, pods: int, rounded: Callable[[float], int]) -> int:
    if isinstance(figure, str):
        return rounded(int(figure.rstrip("%")) * pods / 100)
    return figure
