"""What an assembly costs: lines that can be checked by hand, their prices, and their sums."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from catalog import UnknownFactError
from catalog.prices import HOURS_PER_MONTH, Price, price
from plan.model.figures import ZERO, Scale, cents

MACHINES, VOLUMES = "machines", "volumes"
"""The parts whose lines make up the cost of a node group."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """Something that costs by being there: `count` pieces, `each` units of it a month."""

    stack: str
    part: str
    """What kind of thing it is, as `data stores`."""
    owner: str
    """The node group, the construct or the Kubernetes service that has it."""
    what: str
    count: Scale
    each: Decimal
    """Units of the price for one piece in a month: 730 hours, its GB, or 1."""
    price: Price | str
    """The price, or the sentence that says why it is not known."""

    @property
    def identity(self) -> tuple[str, str, str, str]:
        """Return what makes it the same line in another assembly."""
        return self.stack, self.part, self.owner, self.what

    @property
    def usd(self) -> Scale | None:
        """Return USD per month, in cents; None if the price is not known."""
        if isinstance(self.price, str):
            return None
        return Scale(
            cents(self.count.minimum * self.each * self.price.low),
            cents(self.count.usual * self.each * self.price.usual),
            cents(self.count.maximum * self.each * self.price.high),
        )


@dataclass(frozen=True, kw_only=True)
class UsagePrice:
    """Something that costs by being used: its price for a unit; it is in no sum."""

    what: str
    sources: int
    """How many resources it comes from."""
    price: Price | str


@dataclass(frozen=True, kw_only=True)
class Share:
    """What the pods of a service ask for on a node group, all together."""

    service: str
    cpu_milli: int
    memory_bytes: int
    gpus: int
    fraction: Decimal
    """Its part of the group, to four decimals."""
    usd: Decimal
    """Per month at usual scale, in cents."""


@dataclass(frozen=True, kw_only=True)
class GroupAllocation:
    """How the cost of a node group is allocated by pod requests, at usual scale."""

    stack: str
    group: str
    cpu_milli: int
    memory_bytes: int
    gpus: int
    """What all its nodes hand out to pods."""
    usd: Decimal
    shares: tuple[Share, ...]

    def pays(self, line: Line) -> bool:
        """Whether a line is for the machines or the volumes of this group."""
        return (line.stack, line.owner) == (self.stack, self.group) and line.part in {
            MACHINES,
            VOLUMES,
        }

    @property
    def idle_usd(self) -> Decimal:
        """Return what is paid for and not requested by any pod."""
        return self.usd - sum((share.usd for share in self.shares), Decimal(0))


SOME_HOURS = 120
"""Four hours a day of a month of thirty days, as the original counts them."""


@dataclass(frozen=True, kw_only=True)
class WorkflowUsage:
    """What a thousand analyses use of something; it is in no sum of a month."""

    workflow: str
    """The state machine, by its construct."""
    what: str
    units: Decimal
    """Of its price."""
    price: Price | str
    is_whole: bool = False
    """Whether the workflow's lines are all that it costs, its machines among them."""

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
        return Scale(*(cents(hours * usd) for usd in (price.low, price.usual, price.high)))


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What an assembly costs, in USD before tax."""

    on: date
    """The day that decides which support a Kubernetes version has."""
    lines: tuple[Line, ...]
    instead: tuple[Line, ...]
    """What spot machines would cost on demand; it is in no sum."""
    usage: tuple[UsagePrice, ...]
    work: tuple[WorkflowUsage, ...]
    """What workflows use, for a thousand uploads."""
    savings: tuple[Saving, ...]
    groups: tuple[GroupAllocation, ...]
    unpriced: tuple[str, ...]
    """Resource types in the assembly of which the catalog does not know what they cost."""

    @property
    def month(self) -> Scale:
        """Return USD per month: the sum of all lines whose price is known."""
        return total(self.lines)

    @property
    def hour(self) -> Scale:
        """Return USD per hour, in cents: a month has 730."""
        month = self.month
        return Scale(
            *(cents(usd / HOURS_PER_MONTH) for usd in (month.minimum, month.usual, month.maximum))
        )

    @property
    def unknown(self) -> tuple[Line, ...]:
        """Return the lines that are in no sum, since their price is not known."""
        return tuple(line for line in self.lines if line.usd is None)

    def by(self, key: Callable[[Line], str]) -> dict[str, Scale]:
        """Return sums of lines, as by `lambda line: line.part`."""
        found: dict[str, list[Line]] = defaultdict(list)
        for line in self.lines:
            found[key(line)].append(line)
        return {name: total(lines) for name, lines in found.items()}

    def services(self) -> dict[str, Decimal]:
        """Return USD per month at usual scale by owner, node groups shared out among pods."""
        found: dict[str, Decimal] = defaultdict(Decimal)
        for line in self.lines:
            if line.usd and not any(group.pays(line) for group in self.groups):
                found[line.owner] += line.usd.usual
        for group in self.groups:
            for share in group.shares:
                found[share.service] += share.usd
            found[f"idle on {group.group}"] += group.idle_usd
        return dict(found)


def total(lines: Iterable[Line]) -> Scale:
    """Add up lines whose price is known."""
    return sum((line.usd for line in lines if line.usd), ZERO)


_HOURS = Decimal(HOURS_PER_MONTH)


def quote(region: str, name: str) -> Price | str:
    """Return a price, or why it is not known."""
    try:
        return price(region, name)
    except UnknownFactError as unknown:
        return str(unknown)


def quote_any(region: str, kind: str, types: Iterable[str]) -> Price | str:
    """Return the range over all types of machines that may come, or why one price is not known."""
    prices = [quote(region, f"{kind}.{name}") for name in types]
    known = [price for price in prices if isinstance(price, Price)]
    if len(known) < len(prices):
        return next(price for price in prices if isinstance(price, str))
    return replace(
        known[0],
        name=" or ".join(price.name for price in known),
        low=min(price.low for price in known),
        high=max(price.high for price in known),
    )


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
