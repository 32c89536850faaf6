"""What the gate may say of a pod, of a workload and of a whole release."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class PodProblem:
    """Why a pod is not ready, in one line."""

    text: str
    final: bool
    """Whether it has lasted so long, or is of such a kind, that waiting would not help."""


@dataclass(frozen=True)
class Complete:
    """Workloads run their current revision, Jobs have succeeded, services have ready endpoints."""


@dataclass(frozen=True)
class Waiting:
    """Not complete yet, and nothing says that it cannot become so."""

    what: str


@dataclass(frozen=True)
class Failed:
    """Waiting longer would not help."""

    reason: str


Verdict: TypeAlias = Complete | Waiting | Failed
