"""What was measured, as tables, and what it says about the targets."""

from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console
from rich.table import Table

from containers.model_store.benchmarks.contenders import AWS_CRT, OURS, READS, WRITES
from containers.model_store.benchmarks.limits import Limit
from containers.model_store.benchmarks.measure import MedianRange, Run, times_as_long
from containers.model_store.benchmarks.rounds import Condition, Runs
from containers.model_store.benchmarks.targets import TargetResult

_WIDTH = 118
"""Columns, whatever the terminal has: the tables are copied into documents."""


def show(
    results: Mapping[Condition, Runs],
    limits: Sequence[Limit],
    verdicts: Iterable[TargetResult],
    tree_bytes: int,
) -> None:
    """Print one table for each condition, the limits and the verdicts."""
    console = Console(width=_WIDTH, highlight=False)
    for condition, runs in results.items():
        console.print(_compared(condition, runs, tree_bytes))
    console.print(_machine(results, limits, tree_bytes))
    console.print(_judged(verdicts))
    console.print(
        "Seconds are until `sync -f` of the target has ended, which is shown apart; medians, with "
        "lowest and highest. Peak memory is the largest sum of the processes' proportional set "
        "sizes, sampled every 50 ms. The last column is the time of each divided by ours in the "
        "same round: above 1 ours was faster; for the limits it is the share that ours reached."
    )


def _compared(condition: Condition, runs: Runs, tree_bytes: int) -> Table:
    table = Table(title=f"{condition.name}: {tree_bytes / 1e9:.2f} GB", title_justify="left")
    table.add_column("program")
    for heading in ("seconds", "of it sync", "GB/s", "CPU s", "peak MB", "time / ours"):
        table.add_column(heading, justify="right")
    for name, of_name in runs.items():
        table.add_row(
            name,
            _spread(MedianRange.of([run.seconds for run in of_name])),
            f"{MedianRange.of([run.sync_seconds for run in of_name]).median:.2f}",
            f"{_speed(of_name, tree_bytes):.2f}",
            f"{MedianRange.of([run.cpu_seconds for run in of_name]).median:.1f}",
            f"{max(run.peak_bytes for run in of_name) / 1e6:.0f}",
            "" if name == OURS else _spread(times_as_long(of_name, runs[OURS])),
            end_section=name == AWS_CRT,  # the limits follow
        )
    return table


def _machine(results: Mapping[Condition, Runs], limits: Sequence[Limit], tree_bytes: int) -> Table:
    table = Table(title="what this machine can do at best", title_justify="left")
    table.add_column("limit")
    table.add_column("GB/s", justify="right")
    for limit in limits:
        table.add_row(limit.what, f"{limit.speed:.2f}")
    for condition, runs in results.items():
        for name in (WRITES, READS):
            fastest = min(run.seconds for run in runs[name])
            table.add_row(f"{name}, {condition.name}", f"{tree_bytes / 1e9 / fastest:.2f}")
    return table


def _judged(verdicts: Iterable[TargetResult]) -> Table:
    table = Table(title="against the targets", title_justify="left")
    for heading in ("what", "figure", "target", ""):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    for verdict in verdicts:
        table.add_row(
            verdict.what,
            f"{verdict.figure:.2f} {verdict.unit}",
            f"{'at least' if verdict.at_least else 'at most'} {verdict.target:g} {verdict.unit}",
            "met" if verdict.met else "[bold]missed[/bold]",
        )
    return table


def _spread(spread: MedianRange) -> str:
    return f"{spread.median:.2f} ({spread.low:.2f}-{spread.high:.2f})"


def _speed(runs: Sequence[Run], tree_bytes: int) -> float:
    return tree_bytes / 1e9 / MedianRange.of([run.seconds for run in runs]).median
