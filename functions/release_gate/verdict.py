"""What the gate may say of a workload or of a whole release."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Complete:
    """Everything that was asked for serves."""


@dataclass(frozen=True)
class Waiting:
    """Not complete yet, and nothing says that it cannot become so."""

    what: str


@dataclass(frozen=True)
class Failed:
    """Waiting longer would not help."""

    reason: str


Verdict: TypeAlias = Complete | Waiting | Failed
