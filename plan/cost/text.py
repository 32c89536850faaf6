"""A cost as plain lines for the terminal, every figure with what it is made of."""

from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal

from catalog.prices import HOURS_PER_MONTH, Price
from plan.cost.estimate import CostChange
from plan.cost.finding import SOME_HOURS, Cost, GroupAllocation, Line, Saving, WorkflowUsage, total
from plan.cost.run_usage import THOUSAND
from plan.model.figures import Scale
from plan.model.quantities import MIB

_SCALES = "three figures are minimum / usual / maximum scale"
_TIMES = "\N{MULTIPLICATION SIGN}"


def as_lines(cost: Cost) -> Iterator[str]:
    """Write a cost: lines by part, sums, shares of node groups, prices by use, sources."""
    yield f"Cost on {cost.on} in USD per month of 730 h, before tax; {_SCALES}"
    for part, usd in cost.by(lambda line: line.part).items():
        yield f"{part}: {_scale(usd)}"
        yield from (f"  {_line(line)}" for line in cost.lines if line.part == part)
    yield f"all: {_scale(cost.month)} per month, {_scale(cost.hour)} per hour"
    for line in cost.unknown:
        yield f"  not in it: {line.owner}, {line.what}: {line.price}"
    for kind in cost.unpriced:
        yield f"  not in it: {kind}, of which the catalog has no price"
    for line in cost.instead:
        yield f"  without spot: {_line(line)}"
    for group in cost.groups:
        yield from _group(group)
    yield "by service, usual scale"
    for service, amount in sorted(cost.services().items(), key=lambda one: -one[1]):
        yield f"  {service}: {amount:.2f}"
    yield "by use, in no sum"
    for usage in cost.usage:
        price = usage.price if isinstance(usage.price, str) else _price(usage.price)
        yield f"  {usage.what} ({usage.sources}): {price}"
    yield from work_as_lines(cost)
    yield from savings_as_lines(cost)
    yield from _sources(cost)


def changes_as_lines(changes: Iterable[CostChange]) -> Iterator[str]:
    """Write what a change costs, line by line, and its sum."""
    changes = list(changes)
    yield f"Cost of the change in USD per month of 730 h, before tax; {_SCALES}"
    for change in changes:
        usd = change.usd
        yield f"  {_name(change.line)}: {_more(usd) if usd else 'a price is not known'}"
        if change.before:
            yield f"    was {_sum(change.before)}"
        if change.after:
            yield f"    is  {_sum(change.after)}"
    was = total(change.before for change in changes if change.before and change.usd)
    will_be = total(change.after for change in changes if change.after and change.usd)
    more = _more(will_be + was * -1)
    known = all(change.usd for change in changes)
    yield f"all: {more if known else f'not known; without lines of unknown price {more}'}"


def _line(line: Line) -> str:
    return f"{_name(line)}: {_sum(line)}"


def _name(line: Line) -> str:
    return f"{line.owner} in {line.stack}, {line.what}"


def _sum(line: Line) -> str:
    usd = line.usd
    if isinstance(line.price, str) or usd is None:
        return f"{_counts(line.count)} {_TIMES} {_number(line.each)} {_TIMES} unknown: {line.price}"
    each = "" if line.each == 1 else f" {_TIMES} {_number(line.each)} {_short(line.price.unit)}"
    dated = f"({line.price.mark} {line.price.date})"
    return f"{_counts(line.count)}{each} {_TIMES} {_bounds(line.price)} {dated} = {_scale(usd)}"


def _short(unit: str) -> str:
    return "h" if unit == "hour" else unit.removesuffix("-month")


def _bounds(price: Price) -> str:
    if price.low == price.high:
        return _number(price.low)
    return " / ".join(_number(usd) for usd in (price.low, price.usual, price.high))


def _price(price: Price) -> str:
    return f"{_bounds(price)} per {price.unit}"


def _group(group: GroupAllocation) -> Iterator[str]:
    rule = "by GPUs" if group.gpus else "half by CPU, half by memory"
    yield (
        f"{group.group}, {group.usd:.2f} at usual scale, shared {rule} of "
        f"{_amounts(group.cpu_milli, group.memory_bytes, group.gpus)}"
    )
    for share in group.shares:
        asked = _amounts(share.cpu_milli, share.memory_bytes, share.gpus)
        yield f"  {share.service}: {asked}, {share.fraction:.2%} = {share.usd:.2f}"
    yield f"  idle: {group.idle_usd:.2f}"


def _amounts(cpu_milli: int, memory_bytes: int, gpus: int) -> str:
    gpu = f", {gpus} GPU" if gpus else ""
    return f"{cpu_milli}m CPU, {memory_bytes // MIB} MiB{gpu}"


def _sources(cost: Cost) -> Iterator[str]:
    priced: list[Price | str] = [
        *(line.price for line in cost.lines),
        *(usage.price for usage in cost.usage),
        *(one.price for one in cost.work),
    ]
    known = {(price.date, price.mark, price.source) for price in priced if isinstance(price, Price)}
    yield "prices from (S: list or bill, I: inferred)"
    for day, mark, source in sorted(known):
        yield f"  {mark} {day} {source}"


def _counts(scale: Scale) -> str:
    figures = [_number(one) for one in (scale.minimum, scale.usual, scale.maximum)]
    return figures[0] if len(set(figures)) == 1 else " / ".join(figures)


def _scale(usd: Scale) -> str:
    figures = [f"{one:.2f}" for one in (usd.minimum, usd.usual, usd.maximum)]
    return figures[0] if len(set(figures)) == 1 else " / ".join(figures)


def _more(usd: Scale) -> str:
    figures = [f"{one:+.2f}" for one in (usd.minimum, usd.usual, usd.maximum)]
    return figures[0] if len(set(figures)) == 1 else " / ".join(figures)


def _number(value: Decimal) -> str:
    return f"{value.normalize():f}"


def work_as_lines(cost: Cost) -> Iterator[str]:
    """Write what a thousand uploads cost, line by line, and the sum."""
    for workflow in dict.fromkeys(one.workflow for one in cost.work):
        lines = [one for one in cost.work if one.workflow == workflow]
        whole = all(one.is_whole for one in lines)
        what = "each alone" if whole else "without machines"
        yield f"a thousand uploads to {workflow}, in no sum; {what}, as assumed of each"
        yield from (f"  {_work(one)}" for one in lines)
        known = sum((one.usd for one in lines if one.usd is not None), Decimal(0))
        yield f"  together {known:.2f}" + (f", one {known / THOUSAND:.2f}" if whole else "")


def savings_as_lines(cost: Cost) -> Iterator[str]:
    """Write what one node costs on demand, on spot, and for some hours only."""
    if cost.savings:
        yield "one node of a group that begins at none, and costs nothing without pods"
        yield from (f"  {_saving(one)}" for one in cost.savings)
        yield f"  without pods of these groups there is still {cost.month.usual:.2f} a month to pay"


def _work(one: WorkflowUsage) -> str:
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
