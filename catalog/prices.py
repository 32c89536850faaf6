"""What AWS charges: unit prices by region, each with its date, source and certainty."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Literal

from catalog.reader import UnknownFactError, read

HOURS_PER_MONTH = 730
"""AWS's own month, as its calculator has it."""


@dataclass(frozen=True, kw_only=True)
class Price:
    """What one unit costs, in USD before tax; `low` and `high` differ for spot only."""

    region: str
    name: str
    """Its key in the catalog, as `ec2.t3.large`."""
    unit: str
    """What is paid for: `hour`, `GB-month`, `10,000 requests`."""
    low: Decimal
    high: Decimal
    date: date
    """The day for which the source gives it."""
    mark: Literal["S", "I"]
    """S: from AWS's price list, a bill, or a public copy; I: inferred, `source` says from what."""
    source: str

    @property
    def usual(self) -> Decimal:
        """Return the middle between low and high."""
        return (self.low + self.high) / 2


@cache
def price(region: str, name: str) -> Price:
    """Return a price; raise `UnknownFactError` if it is not known for this very region."""
    table = read("prices.json")
    entry = table["prices"].get(region, {}).get(name)
    if entry is None:
        message = f"the price of {name} in {region or 'a region left open'} is not in the catalog"
        raise UnknownFactError(message)
    source = table["sources"][entry["source"]]
    bounds = entry["usd"] if isinstance(entry["usd"], list) else [entry["usd"], entry["usd"]]
    # By way of text: the decimal fraction as the file has it, not its binary neighbour.
    low, high = (Decimal(str(bound)) for bound in bounds)
    return Price(
        region=region,
        name=name,
        unit=entry["unit"],
        low=low,
        high=high,
        date=date.fromisoformat(source["date"]),
        mark=source["mark"],
        source=source["from"],
    )


def is_free(resource_type: str) -> bool:
    """Whether AWS charges nothing for a resource of a CloudFormation type as such."""
    return resource_type in read("prices.json")["free"]
