"""What uploads cost and what zero saves, as plain lines for the terminal."""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from catalog.prices import HOURS_PER_MONTH, Price
from plan.cost.finding import Cost
from plan.cost.traffic import SOME_HOURS, Saving, Work
from plan.model.figures import Scale

_TIMES = "\N{MULTIPLICATION SIGN}"


def work_as_lines(cost: Cost) -> Iterator[str]:
    """Write what a thousand uploads cost, line by line, and the sum."""
    for workflow in dict.fromkeys(one.workflow for one in cost.work):
        lines = [one for one in cost.work if one.workflow == workflow]
        yield f"a thousand uploads to {workflow}, in no sum; without machines, as assumed of each"
        yield from (f"  {_work(one)}" for one in lines)
        known = sum((one.usd for one in lines if one.usd is not None), Decimal(0))
        yield f"  together {known:.2f}"


def savings_as_lines(cost: Cost) -> Iterator[str]:
    """Write what one node costs on demand, on spot, and for some hours only."""
    if cost.savings:
        yield "one node of a group that begins at none, and costs nothing without pods"
        yield from (f"  {_saving(one)}" for one in cost.savings)
        yield f"  without pods of these groups there is still {cost.month.usual:.2f} a month to pay"


def _work(one: Work) -> str:
    units = f"{one.units.normalize():f}"
    if isinstance(one.price, str):
        return f"{one.what}: {units} {_TIMES} unknown: {one.price}"
    each = f"{one.price.usual.normalize():f} per {one.price.unit}"
    return f"{one.what}: {units} {_TIMES} {each} = {one.usd:.2f}"


def _saving(one: Saving) -> str:
    whole = one.usd(one.on_demand, HOURS_PER_MONTH).usual
    all_month = one.usd(one.spot, HOURS_PER_MONTH)
    some = one.usd(one.spot, SOME_HOURS)
    return (
        f"{one.group}, {one.machine}: {whole:.2f} a month on demand; on spot "
        f"{_range(all_month)}, {_less(all_month, whole)}; for {SOME_HOURS} h of spot "
        f"{_range(some)}, {_less(some, whole)} ({_dated(one.spot)})"
    )


def _range(usd: Scale) -> str:
    return f"{usd.minimum:.2f} to {usd.maximum:.2f}"


def _less(usd: Scale, whole: Decimal) -> str:
    """Write by how much less it is, the smaller share first."""
    shares = [
        ((1 - one / whole) * 100).quantize(Decimal(1), ROUND_HALF_UP)
        for one in (usd.maximum, usd.minimum)
    ]
    return f"{shares[0]} to {shares[1]} % less"


def _dated(price: Price) -> str:
    return f"{price.mark} {price.date}"
