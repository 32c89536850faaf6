"""Which pods find a node in which scenario, as a part of the page."""

from collections.abc import Iterable, Iterator

from plan.capacity.findings import CapacityFinding, CapacityVerdict, ClusterCapacity
from plan.capacity.text import sentences
from plan.markup import Markup, element, fold, listed, table, together
from plan.report.words import counted, left

_MARKS = {
    CapacityVerdict.FITS: "good",
    CapacityVerdict.DEPENDS: "look",
    CapacityVerdict.SHORT: "bad",
}


def capacity_section(clusters: Iterable[ClusterCapacity]) -> Iterator[Markup]:
    """Yield a table of scenarios for each cluster, with what is left of each node group."""
    known = list(clusters)
    if not known:
        yield element("p", "No node group is in the assembly.")
    for cluster in known:
        yield element("h3", f"{cluster.cluster} ({cluster.stack})")
        groups = (
            [headroom.group for headroom in cluster.findings[0].headroom]
            if cluster.findings
            else []
        )
        yield table(
            ["Scenario", "Verdict", *(f"Left on {group}" for group in groups)],
            [_row(finding, grows=cluster.grows) for finding in cluster.findings],
        )
        if cluster.uncounted:
            names = ", ".join(cluster.uncounted)
            yield element("p", f"Not counted: {names}.")


def verdict_of(finding: CapacityFinding) -> str:
    """Write a verdict with the number of pods that wait."""
    if finding.verdict is CapacityVerdict.FITS:
        return "fits"
    low, high = finding.fewest_waiting, finding.most_waiting
    number = str(high) if low == high else f"{low} to {high}"
    return f"{number} of {counted(finding.pods, 'pod')} without a node"


def _row(finding: CapacityFinding, *, grows: bool) -> list[str]:
    verdict: Markup = element(
        "span", verdict_of(finding), class_=f"verdict {_MARKS[finding.verdict]}"
    )
    if why := list(sentences(finding)):
        verdict = together(verdict, fold("why", listed(why)))
    return [
        finding.scenario.title,
        verdict,
        *(left(headroom, grows=grows) for headroom in finding.headroom),
    ]
