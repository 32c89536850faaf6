"""Panels and dashboards as they are thought of, whatever draws them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from settings.watching import Levels

COLUMNS = 24
"""How many columns a dashboard has."""


class Draw(StrEnum):
    """How a panel shows its series."""

    STAT = "stat"
    """The latest value, with its course behind it."""
    LINES = "lines"
    BARS = "bars"
    """The latest value of each series, as a bar."""
    TABLE = "table"
    HEATMAP = "heatmap"
    """Buckets of a histogram over time."""


class Unit(StrEnum):
    """What figures are counted in, in Grafana's words."""

    COUNT = "short"
    YES_NO = "bool_yes_no"
    """1 is yes, 0 is no."""
    USD = "currencyUSD"
    PERCENT = "percent"
    RATIO = "percentunit"
    SECONDS = "s"
    HOURS = "h"
    BYTES = "bytes"
    MEBIBYTES = "mbytes"
    CELSIUS = "celsius"
    WATT = "watt"
    PER_SECOND = "reqps"


@dataclass(frozen=True)
class Query:
    """A question to Prometheus, and how its series are called: `{{label}}` is filled in."""

    expr: str
    legend: str = ""


@dataclass(frozen=True, kw_only=True)
class Panel:
    """Queries and how they are shown."""

    title: str
    draw: Draw
    unit: Unit
    queries: tuple[Query, ...]
    description: str = ""
    levels: Levels | None = None
    """Where it turns yellow and red."""
    highest: float | None = None
    """The end of the scale, if it has one."""
    columns: int = 8


@dataclass(frozen=True, kw_only=True)
class Dashboard:
    """Panels about one question."""

    uid: str
    """Begins with the system that it is about, as `echo-health`."""
    title: str
    description: str
    panels: tuple[Panel, ...]

    @property
    def system(self) -> str:
        return self.uid.partition("-")[0]


def rows(panels: Iterable[Panel]) -> Iterator[tuple[Panel, ...]]:
    """Lay panels out as they come, as many in a row as it has columns."""
    row: tuple[Panel, ...] = ()
    for panel in panels:
        if sum(each.columns for each in (*row, panel)) > COLUMNS:
            yield row
            row = ()
        row = (*row, panel)
    yield row


def stat(
    title: str, unit: Unit, expr: str, *, levels: Levels | None = None, description: str = ""
) -> Panel:
    """Show one figure."""
    return Panel(
        title=title,
        draw=Draw.STAT,
        unit=unit,
        queries=(Query(expr),),
        levels=levels,
        description=description,
        columns=4,
    )


def lines(
    title: str,
    unit: Unit,
    *queries: Query,
    levels: Levels | None = None,
    highest: float | None = None,
    description: str = "",
    columns: int = 8,
) -> Panel:
    """Show series over time."""
    return Panel(
        title=title,
        draw=Draw.LINES,
        unit=unit,
        queries=queries,
        levels=levels,
        highest=highest,
        description=description,
        columns=columns,
    )


def bars(
    title: str,
    unit: Unit,
    query: Query,
    *,
    levels: Levels | None = None,
    highest: float | None = None,
    description: str = "",
) -> Panel:
    """Show the latest values beside each other."""
    return Panel(
        title=title,
        draw=Draw.BARS,
        unit=unit,
        queries=(query,),
        levels=levels,
        highest=highest,
        description=description,
    )


def table(title: str, unit: Unit, query: Query, *, description: str = "") -> Panel:
    """Show what is there now, a row for each series; the legend is its name."""
    return Panel(title=title, draw=Draw.TABLE, unit=unit, queries=(query,), description=description)
