"""What it costs, as a part of the page."""

from collections.abc import Iterator
from decimal import Decimal

from catalog.prices import HOURS_PER_MONTH, Price
from plan.cost import Cost, CostChange, Line
from plan.cost.finding import SOME_HOURS
from plan.markup import Markup, element, fold, listed, table
from plan.report.findings import Findings, change_of_cost
from plan.report.words import cents, changed_usd, scaled

_PER_MONTH = "USD a month"
_TIMES = "\N{MULTIPLICATION SIGN}"


def cost_section(findings: Findings) -> Iterator[Markup]:
    """Yield the change, the sums by part and by service, every line, and prices by use."""
    cost = findings.cost
    yield element(
        "p",
        f"{scaled(cost.month)} USD a month of 730 hours, {scaled(cost.hour)} USD an hour. "
        "Three figures are minimum / usual / maximum scale.",
    )
    if findings.cost_changes:
        yield element("h3", f"The change: {changed_usd(change_of_cost(findings.cost_changes))}")
        yield table(
            ["What", "Before", "After", "More"],
            [_change(change) for change in findings.cost_changes],
            figures=(1, 2, 3),
        )
    parts = cost.by(lambda line: line.part).items()
    yield table(["Part", _PER_MONTH], [[part, scaled(usd)] for part, usd in parts], figures=(1,))
    services = sorted(cost.services().items(), key=lambda one: -one[1])
    yield fold(
        "By service, at usual scale",
        table(
            ["Service", _PER_MONTH],
            [[service, cents(usd)] for service, usd in services],
            figures=(1,),
        ),
    )
    yield fold("Every line", _lines(cost))
    yield fold("By use, in no sum", _usage(cost))
    if cost.work:
        yield fold("A thousand uploads, in no sum", _work(cost))
    if cost.savings:
        yield fold("Spot, and nothing at all", *_savings(cost))
    if missing := missing_prices(cost):
        yield element("p", "Prices that are not known, and in no sum:")
        yield listed(missing)


def missing_prices(cost: Cost) -> list[str]:
    """Name what is in no sum because its price is not known."""
    lines = [f"{name_of(line)}: {line.price}" for line in cost.unknown]
    return lines + [f"{kind}: the catalog has no price" for kind in cost.unpriced]


def name_of(line: Line) -> str:
    return f"{line.owner}, {line.what} ({line.stack})"


def sum_of(line: Line | None) -> str:
    if line is None:
        return "\N{EN DASH}"
    return scaled(line.usd) if line.usd else "not known"


def _change(change: CostChange) -> list[str]:
    more = scaled(change.usd) if change.usd else "not known"
    return [name_of(change.line), sum_of(change.before), sum_of(change.after), more]


def _lines(cost: Cost) -> Markup:
    return table(
        ["Line", "Count", "Units each", "Price", _PER_MONTH],
        [
            [
                name_of(line),
                _counts(line),
                f"{line.each.normalize():f}",
                _price(line.price),
                sum_of(line),
            ]
            for line in cost.lines
        ],
        figures=(1, 2, 4),
    )


def _usage(cost: Cost) -> Markup:
    return table(
        ["What", "Places", "Price"],
        [[one.what, str(one.sources), _price(one.price)] for one in cost.usage],
        figures=(1,),
    )


def _counts(line: Line) -> str:
    count = line.count
    figures = [f"{one.normalize():f}" for one in (count.minimum, count.usual, count.maximum)]
    return figures[0] if len(set(figures)) == 1 else " / ".join(figures)


def _work(cost: Cost) -> Markup:
    return table(
        ["What", "Units", "Price", "USD"],
        [
            [
                f"{one.workflow}, {one.what}",
                f"{one.units.normalize():f}",
                _price(one.price),
                "not known" if one.usd is None else cents(one.usd),
            ]
            for one in cost.work
        ],
        figures=(1, 3),
    )


def _savings(cost: Cost) -> Iterator[Markup]:
    """Yield what one node costs in three ways, and what remains without any."""
    yield table(
        ["One node", "On demand", "Spot", f"{SOME_HOURS} hours of spot"],
        [
            [
                f"{one.group}, {one.machine}",
                scaled(one.usd(one.on_demand, HOURS_PER_MONTH)),
                scaled(one.usd(one.spot, HOURS_PER_MONTH)),
                scaled(one.usd(one.spot, SOME_HOURS)),
            ]
            for one in cost.savings
        ],
        figures=(1, 2, 3),
    )
    yield element("p", f"Without any there is still {cents(cost.month.usual)} a month to pay.")


def _price(price: Price | str) -> str:
    if isinstance(price, str):
        return price
    figures: list[Decimal] = [price.low, price.usual, price.high]
    words = " / ".join(dict.fromkeys(f"{one.normalize():f}" for one in figures))
    return f"{words} per {price.unit} ({price.mark}, {price.date})"
