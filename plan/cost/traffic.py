"""What traffic costs, and what its absence saves."""

from dataclasses import dataclass
from decimal import Decimal

from catalog.prices import Price
from plan.model.figures import Scale, cents

SOME_HOURS = 120
"""Four hours a day of a month of thirty days, as the original counts them."""


@dataclass(frozen=True, kw_only=True)
class Work:
    """What a thousand analyses use of something; it is in no sum of a month."""

    workflow: str
    """The state machine, by its construct."""
    what: str
    units: Decimal
    """Of its price."""
    price: Price | str

    @property
    def usd(self) -> Decimal | None:
        """Return USD for the thousand, in cents; None if the price is not known."""
        return None if isinstance(self.price, str) else cents(self.units * self.price.usual)


@dataclass(frozen=True, kw_only=True)
class Saving:
    """What one node costs of a spot group that begins at none, and what it would cost otherwise."""

    group: str
    machine: str
    on_demand: Price
    spot: Price

    def usd(self, price: Price, hours: int) -> Scale:
        """Return USD for so many hours of a node."""
        return Scale(*(cents(hours * usd) for usd in (price.low, price.usual, price.high)))
