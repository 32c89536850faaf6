"""Amounts that depend on the scale of things."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

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
