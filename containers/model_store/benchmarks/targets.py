"""What was promised of the model store, beside what was measured."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from containers.model_store.benchmarks.contenders import (
    AWS,
    OURS,
    READS,
    S5CMD,
    S5CMD_BEST,
    S5CMD_CHECKED,
    WRITES,
)
from containers.model_store.benchmarks.measure import fastest, slowest, times_as_long
from containers.model_store.benchmarks.rounds import (
    FROM_5_GBIT,
    INTO_DISK,
    INTO_MEMORY,
    Condition,
    Runs,
)
from containers.model_store.benchmarks.second_start import SecondStart


@dataclass(frozen=True, kw_only=True)
class TargetResult:
    """One figure beside its target."""

    what: str
    figure: float
    target: float
    at_least: bool = True
    unit: str = ""

    @property
    def met(self) -> bool:
        return self.figure >= self.target if self.at_least else self.figure <= self.target


def target_results(
    results: Mapping[Condition, Runs], second: SecondStart, tree_bytes: int, own_bytes: int
) -> Iterator[TargetResult]:
    """Judge the speed where S3 is imitated, and memory wherever it was measured."""
    for condition in (INTO_DISK, FROM_5_GBIT, INTO_MEMORY):
        runs = results[condition]
        better = fastest(runs, (S5CMD, S5CMD_BEST))
        for rival, target in ((better, 1), (S5CMD_CHECKED, 1), (AWS, 2)):
            yield TargetResult(
                what=f"times as fast as {rival} ({condition.name})",
                figure=times_as_long(runs[rival], runs[OURS]).median,
                target=target,
            )
    # Where the network is slower than the disk, the disk's speed is out of reach.
    narrower = slowest(results[FROM_5_GBIT], (WRITES, READS))
    for condition, limit in ((INTO_DISK, WRITES), (FROM_5_GBIT, narrower)):
        runs = results[condition]
        yield TargetResult(
            what=f"of the speed of {limit} ({condition.name})",
            figure=times_as_long(runs[limit], runs[OURS]).median,
            target=0.8,
        )
    yield from _sizes(results, own_bytes)
    yield TargetResult(
        what="second start, everything there",
        figure=second.seconds.median / (tree_bytes / 1e9),
        target=1,
        at_least=False,
        unit="s/GB",
    )
    yield TargetResult(
        what="connections of the second starts",
        figure=second.connections,
        target=0,
        at_least=False,
    )


def _sizes(results: Mapping[Condition, Runs], own_bytes: int) -> Iterator[TargetResult]:
    yield TargetResult(
        what="peak memory, all processes",
        figure=max(run.peak_bytes for runs in results.values() for run in runs[OURS]) / 1e6,
        target=256,
        at_least=False,
        unit="MB",
    )
    yield TargetResult(
        what="third-party modules, installed",
        figure=own_bytes / 1e6,
        target=120,
        at_least=False,
        unit="MB",
    )
