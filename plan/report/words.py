"""Writes figures for people: money, times, amounts."""

from decimal import ROUND_HALF_UP, Decimal

from plan.capacity.findings import Headroom
from plan.cost import Scale
from plan.time import Seconds

_MINUTE = 60
_GIB = 1024
_CORE = 1000
_MINUS = "\N{MINUS SIGN}"


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def usd(amount: Decimal) -> str:
    """Write an amount in whole dollars."""
    return f"{amount.quantize(Decimal(1), ROUND_HALF_UP):,} USD"


def cents(amount: Decimal) -> str:
    """Write an amount to the cent, without the currency."""
    return f"{amount:,.2f}"


def more_usd(scale: Scale) -> str:
    """Write by how much something costs more, at usual scale."""
    sign = _MINUS if scale.usual < 0 else "+"
    return f"{sign}{abs(scale.usual):,.2f} USD a month"


def changed_usd(scale: Scale | None) -> str:
    """Write what a change costs; None where a price in it is not known."""
    return "an unknown amount" if scale is None else more_usd(scale)


def scaled(scale: Scale) -> str:
    """Write minimum, usual and maximum in cents; one figure if they are the same."""
    figures = [cents(one) for one in (scale.minimum, scale.usual, scale.maximum)]
    return figures[0] if len(set(figures)) == 1 else " / ".join(figures)


def span(seconds: Seconds) -> str:
    """Write a time from its quickest to its slowest."""
    if seconds.high < 2 * _MINUTE:
        return _between(str(seconds.low), str(seconds.high), "s")
    low, high = (round(one / _MINUTE) for one in (seconds.low, seconds.high))
    return _between(str(low) if low else "under 1", str(high), "min")


def left(group: Headroom, *, grows: bool) -> str:
    """Write what is left of a node group, with its number of nodes where that varies."""
    gpus = f", {counted(group.gpus, 'GPU')}" if group.gpus else ""
    cores = f"{group.cpu_milli / _CORE:.1f} CPU"
    nodes = f"{counted(group.nodes, 'node')}: " if grows else ""
    return f"{nodes}{cores}, {group.memory_mib / _GIB:.1f} GiB, {counted(group.pods, 'pod')}{gpus}"


def _between(low: str, high: str, unit: str) -> str:
    return f"{high} {unit}" if low == high else f"{low} to {high} {unit}"
