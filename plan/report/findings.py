"""All that the plan has found, and its four headlines: risk, pods, cost, time."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum

from plan.capacity.findings import AtMaximum, AtMinimum, CapacityVerdict, ClusterCapacity
from plan.changes import Changes
from plan.cost import Cost, CostChange, Scale
from plan.model.assembly import Assembly
from plan.model.clusters import Placement
from plan.model.figures import ZERO
from plan.report.words import changed_usd, counted, span, usd
from plan.time import DeployTime

_NAMED = 3
"""More scenarios than that are only counted."""


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What the report shows: what each part of the plan has found."""

    name: str
    """The stack that is deployed, or what stands for all."""
    before: str | None
    """What it is compared with, as the user has named it; None for a first deploy."""
    planned: Assembly = field(repr=False)
    placements: tuple[Placement, ...] = field(repr=False)
    """Of the planned assembly, one for each cluster."""
    changes: Changes | None
    """None for a first deploy."""
    capacity: tuple[ClusterCapacity, ...]
    cost: Cost
    cost_changes: tuple[CostChange, ...]
    time: DeployTime


class Tone(Enum):
    """How a headline is meant."""

    GOOD = "good"
    LOOK = "look"
    BAD = "bad"
    PLAIN = "plain"


@dataclass(frozen=True, kw_only=True)
class SummaryItem:
    """A headline of the plan in a few words, and what is behind it."""

    about: str
    mark: Tone
    short: str
    detail: str


def summary(findings: Findings) -> tuple[SummaryItem, ...]:
    """Say whether it is risky and fits, what it costs and how long it takes."""
    return (
        _risk(findings.changes),
        _fit(findings.capacity),
        _cost(findings),
        _time(findings.time),
    )


def change_of_cost(changes: Iterable[CostChange]) -> Scale | None:
    """Add up the change in USD per month; None if a price in it is not known.

    What comes at an unknown price and goes at a known one would look like a saving.
    """
    found = [change.usd for change in changes]
    known = [usd for usd in found if usd]
    return sum(known, ZERO) if len(known) == len(found) else None


def tally(changes: Changes) -> str:
    """Count what happens, as `2 added, 1 changed`."""
    kinds = Counter(type(change).__name__.lower() for change in changes.changes)
    return ", ".join(f"{number} {kind}" for kind, number in kinds.items())


def _risk(changes: Changes | None) -> SummaryItem:
    about = "Risk"
    if changes is None:
        detail = "everything is new, there is nothing to compare with"
        return SummaryItem(about=about, mark=Tone.PLAIN, short="First deploy", detail=detail)
    if not changes.changes and not changes.risks:
        return SummaryItem(about=about, mark=Tone.GOOD, short="Nothing changes", detail="")
    if changes.risky:
        places = Counter(risk.service for risk in changes.risky)
        where = ", ".join(f"{number} in {service}" for service, number in places.items())
        short = counted(len(changes.risky), "risky change")
        return SummaryItem(about=about, mark=Tone.BAD, short=short, detail=where)
    return SummaryItem(about=about, mark=Tone.GOOD, short="Nothing risky", detail=tally(changes))


def _fit(clusters: Sequence[ClusterCapacity]) -> SummaryItem:
    about = "Pods"
    found = [finding for cluster in clusters for finding in cluster.findings]
    if not found:
        detail = "no node group is in the assembly"
        return SummaryItem(about=about, mark=Tone.PLAIN, short="No nodes", detail=detail)
    short = [finding for finding in found if finding.verdict is not CapacityVerdict.FITS]
    if not short:
        detail = f"in all {len(found)} scenarios, also with a node or a zone missing"
        if uncounted := [name for cluster in clusters for name in cluster.uncounted]:
            detail += f"; not counted: {', '.join(uncounted)}"
            return SummaryItem(
                about=about, mark=Tone.LOOK, short="All counted pods fit", detail=detail
            )
        return SummaryItem(about=about, mark=Tone.GOOD, short="All pods fit", detail=detail)
    usual = [finding for finding in short if isinstance(finding.scenario, AtMinimum)]
    never = [
        one.workload.rpartition("/")[2]
        for finding in short
        if isinstance(finding.scenario, AtMaximum)
        for one in finding.shortages
        if one.fewest == one.pods
    ]
    named = "; ".join(_named(clusters))
    detail = f"short in {len(short)} of {len(found)} scenarios: {named}"
    if usual:
        waiting = sum(finding.most_waiting for finding in usual)
        words = f"{counted(waiting, 'pod')} without a node"
        return SummaryItem(about=about, mark=Tone.BAD, short=words, detail=detail)
    if never:
        # What sleeps at its minimum shows only then that it can never run.
        words = f"No node ever for {', '.join(never)}"
        return SummaryItem(about=about, mark=Tone.BAD, short=words, detail=detail)
    return SummaryItem(about=about, mark=Tone.LOOK, short="Pods fit as deployed", detail=detail)


def _named(clusters: Sequence[ClusterCapacity]) -> Iterator[str]:
    """Name the first scenarios that are short, with their cluster where there are several."""
    titles = [
        finding.scenario.title + (f" ({cluster.cluster})" if len(clusters) > 1 else "")
        for cluster in clusters
        for finding in cluster.findings
        if finding.verdict is not CapacityVerdict.FITS
    ]
    yield from titles[:_NAMED]
    if len(titles) > _NAMED:
        yield f"{len(titles) - _NAMED} more"


def _cost(findings: Findings) -> SummaryItem:
    changed = change_of_cost(findings.cost_changes)
    details = []
    if findings.changes is not None:
        is_same = not findings.cost_changes
        details.append("as before" if is_same else f"{changed_usd(changed)} by this change")
    month = findings.cost.month
    if month.minimum != month.maximum:
        details.append(f"{usd(month.minimum)} to {usd(month.maximum)} by scale")
    if missing := len(findings.cost.unknown) + len(findings.cost.unpriced):
        details.append(f"{counted(missing, 'price')} not known")
    details.append("usage comes on top")
    return SummaryItem(
        about="Cost",
        mark=Tone.PLAIN if changed and changed.usual <= 0 else Tone.LOOK,
        short=f"{usd(month.usual)} a month",
        detail="; ".join(details),
    )


def _time(time: DeployTime) -> SummaryItem:
    steps = [step for stack in time.stacks for step in stack.steps]
    longest = max(steps, key=lambda step: step.seconds.high, default=None)
    return SummaryItem(
        about="Time",
        mark=Tone.PLAIN,
        short=span(time.seconds),
        detail=f"longest: {longest.subject}, {span(longest.seconds)}" if longest else "",
    )
