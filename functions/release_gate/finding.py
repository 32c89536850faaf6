"""The form in which the gate says what is wrong."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """Something that keeps a pod from serving."""

    text: str
    final: bool
    """Whether it has lasted so long, or is of such a kind, that waiting would not mend it."""
