"""Lines with their prices; a price that is not known is said, never taken as zero."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from catalog import UnknownFactError
from catalog.prices import HOURS_PER_MONTH, Price, price
from plan.assembly import Assembly, Resource
from plan.cost.finding import Line
from plan.cost.scale import Scale
from plan.failure import PlanError

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


def region_of(assembly: Assembly, resource: Resource) -> str:
    """Return where a resource is."""
    return assembly.stack(resource.stack).region


def figure(owner: str, name: str, value: object) -> Decimal:
    """Return a number of a template, which may be written as text; raise `PlanError`."""
    try:
        return Decimal(str(value))
    except InvalidOperation as error:
        message = f"{owner}: its {name} is {value!r}, and its cost needs a number there"
        raise PlanError(message) from error


def ordered(owner: str, properties: Mapping[str, Any], name: str) -> Decimal | None:
    """Return a number that a template may leave out, as `figure` does; None where it does."""
    return figure(owner, name, properties[name]) if name in properties else None


def merged(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Count equal things of one owner in one line."""
    found: dict[tuple[object, ...], Line] = {}
    for line in lines:
        key = (*line.identity, line.each, line.price)
        known = found.get(key)
        found[key] = replace(known, count=known.count + line.count) if known else line
    return tuple(found.values())
