"""Lines with their prices; a price that is not known is said, never taken as zero."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from catalog import UnknownFactError
from catalog.prices import HOURS_PER_MONTH, Price, price
from plan.cost.finding import Line
from plan.model.figures import Scale

_HOURS = Decimal(HOURS_PER_MONTH)


def quote(region: str, name: str) -> Price | str:
    """Return a price, or why it is not known."""
    try:
        return price(region, name)
    except UnknownFactError as unknown:
        return str(unknown)


def by_the_hour(
    *, stack: str, part: str, owner: str, what: str, count: Scale, price: Price | str
) -> Line:
    """Return a line for things that are paid by the hour, all month."""
    return Line(
        stack=stack, part=part, owner=owner, what=what, count=count, each=_HOURS, price=price
    )


def merged(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Count equal things of one owner in one line."""
    found: dict[tuple[object, ...], Line] = {}
    for line in lines:
        key = (*line.identity, line.each, line.price)
        known = found.get(key)
        found[key] = replace(known, count=known.count + line.count) if known else line
    return tuple(found.values())
