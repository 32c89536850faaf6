"""Capacity as plain lines for the terminal."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from plan.capacity.findings import (
    CapacityFinding,
    CapacityVerdict,
    ClusterCapacity,
    Headroom,
    ReleaseOfAll,
    Shortage,
    WorkloadRelease,
)


def as_lines(capacities: Sequence[ClusterCapacity]) -> Iterator[str]:
    """Write for each cluster a line for each scenario, and below it what finds no node, and why."""
    for capacity in capacities:
        yield f"{capacity.cluster}: does every pod find a node?"
        width = max(len(finding.scenario.title) for finding in capacity.findings)
        for finding in capacity.findings:
            left = "; ".join(_left(one, grows=capacity.grows) for one in finding.headroom)
            yield f"  {finding.scenario.title:{width}}  {finding.verdict.value}, left: {left}"
            yield from (f"    {sentence}" for sentence in sentences(finding))
        if capacity.uncounted:
            yield f"  not counted: {', '.join(capacity.uncounted)}"


def sentences(finding: CapacityFinding) -> Iterator[str]:
    """Say which pods find no node, and why; nothing where all do."""
    if finding.verdict is CapacityVerdict.FITS:
        return
    is_release = isinstance(finding.scenario, WorkloadRelease | ReleaseOfAll)
    what = "new pods never find a node" if is_release else "pods find no node"
    order = "" if finding.is_certain else "; which ones depends on the order"
    yield (
        f"{_range(finding.fewest_waiting, finding.most_waiting)} of {finding.pods} {what}{order}"
    )
    yield from _shortages(finding.shortages)


def _shortages(shortages: Sequence[Shortage]) -> Iterator[str]:
    """Name together what lacks as many pods for the same reason."""

    def alike(one: Shortage) -> tuple[int, int, int, tuple[str, ...]]:
        return one.fewest, one.most, one.pods, one.reasons

    for (fewest, most, pods, reasons), found in groupby(shortages, key=alike):
        names = ", ".join(one.workload.rpartition("/")[2] for one in found)
        stop = _stops(fewest, most, pods)
        yield f"{_range(fewest, most)} of {pods} of {names}{stop}: {reasons[0]}"


def _stops(fewest: int, most: int, pods: int) -> str:
    if most < pods:
        return ""
    return " stop" if fewest == pods else " may stop"


def _left(left: Headroom, *, grows: bool) -> str:
    gpus = f", {left.gpus} GPU" if left.gpus else ""
    nodes = f" ({left.nodes} nodes)" if grows else ""
    return f"{left.group}{nodes} {left.cpu_milli}m, {left.memory_mib} MiB, {left.pods} pods{gpus}"


def _range(fewest: int, most: int) -> str:
    return str(most) if fewest == most else f"{fewest} to {most}"
