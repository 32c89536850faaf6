"""Figures of templates, and amounts at minimum, usual and maximum scale."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from plan.model.failure import PlanError

_CENT = Decimal("0.01")


def cents(usd: Decimal) -> Decimal:
    """Round an amount to cents, halves up."""
    return usd.quantize(_CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class Scale:
    """A figure at minimum, at usual and at maximum scale."""

    minimum: Decimal
    usual: Decimal
    maximum: Decimal

    @classmethod
    def fixed(cls, value: int | Decimal) -> "Scale":
        """Return a figure that does not depend on the scale."""
        return cls(Decimal(value), Decimal(value), Decimal(value))

    def __add__(self, other: "Scale") -> "Scale":
        return Scale(
            self.minimum + other.minimum, self.usual + other.usual, self.maximum + other.maximum
        )

    def __mul__(self, factor: int) -> "Scale":
        return Scale(self.minimum * factor, self.usual * factor, self.maximum * factor)


ZERO = Scale.fixed(0)


def figure(owner: str, name: str, value: object) -> Decimal:
    """Return a number of a template, which may be written as text; raise `PlanError`."""
    try:
        return Decimal(str(value))
    except InvalidOperation as error:
        message = f"{owner}: its {name} is {value!r}, and a number is needed there"
        raise PlanError(message) from error


def ordered(owner: str, properties: Mapping[str, Any], name: str) -> Decimal | None:
    """Return a number that a template may leave out, as `figure` does; None where it does."""
    return figure(owner, name, properties[name]) if name in properties else None
