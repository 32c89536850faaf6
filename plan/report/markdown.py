"""The report as a comment on a pull request: short, with all details folded."""

import re
from collections.abc import Iterable, Iterator

from plan.capacity.findings import CapacityVerdict
from plan.capacity.text import sentences
from plan.changes import Severity
from plan.report.capacity import verdict_of
from plan.report.changes import differing, title_of
from plan.report.cost import missing_prices, name_of, sum_of
from plan.report.findings import Findings, Tone, change_of_cost, summary
from plan.report.words import changed_usd, counted, left, scaled, span

MARKER = "<!-- plan of {name} -->"
"""The first line, by which a pipeline finds the comment that it has to update."""
LIMIT = 60_000
"""Characters; GitHub takes 65,536."""
_SIGNS = {Tone.GOOD: "✅", Tone.LOOK: "🔶", Tone.BAD: "❌", Tone.PLAIN: "▫️"}
_SPECIAL = re.compile(r"([\\`*_\[\]#|~$]|^[+-])")
_RISKS = 30
_LONGEST_LINE = 600
"""Characters of a line; what is longer stands in the page."""
_ROOM_OF_TABLES = 9_000
"""Characters for each of the parts that are no differences."""
_END = 100
"""Characters for what ends a fold."""


def comment(findings: Findings) -> str:
    """Return the comment; what does not fit is counted in a sentence."""
    head = "\n".join(_head(findings))
    tail = [
        _fold("Capacity", list(_capacity(findings)), _ROOM_OF_TABLES),
        _fold("Cost", list(_cost(findings)), _ROOM_OF_TABLES),
        _fold("Time", list(_time(findings)), _ROOM_OF_TABLES),
    ]
    most = LIMIT - len(head) - sum(map(len, tail)) - _END
    return "\n".join([head, _changes(findings, most), *tail, ""])


def plain(text: str) -> str:
    """Return text that Markdown shows as it is, on one line, and that calls nobody."""
    joined = " ".join(text.split())
    shown = joined if len(joined) <= _LONGEST_LINE else f"{joined[:_LONGEST_LINE]}…"
    safe = shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _SPECIAL.sub(r"\\\1", safe).replace("@", "@<!-- -->")


def _head(findings: Findings) -> Iterator[str]:
    # Two hyphens would end the marker.
    yield MARKER.format(name=re.sub(r"[^\w.]+", "-", findings.name))
    against = f", compared with {plain(findings.before)}" if findings.before else ""
    yield f"### Plan of {plain(findings.name)}{against}\n"
    yield "| | | |\n|---|---|---|"
    for answer in summary(findings):
        sign = _SIGNS[answer.mark]
        yield f"| {sign} {answer.about} | **{plain(answer.short)}** | {plain(answer.detail)} |"
    yield ""
    risks = findings.changes.risky if findings.changes else ()
    for risk in risks[:_RISKS]:
        yield f"- **{plain(risk.service)}**, {plain(risk.subject)}: {plain(risk.sentence)}"
    if len(risks) > _RISKS:
        yield f"- and {len(risks) - _RISKS} more, see plan.html"
    yield ""


def _changes(findings: Findings, most: int) -> str:
    if findings.changes is None:
        return ""
    lines: list[str] = []
    for service in findings.changes.services:
        lines.append(f"# {service}")
        lines += (
            f"! {finding.subject}: {finding.sentence}"
            for finding in findings.changes.risks
            if finding.service == service and finding.severity is not Severity.RISKY
        )
        for change in findings.changes.of(service):
            lines.append(title_of(change))
            lines += differing(change)
    fence = "`" * max([3, *(len(ticks) + 1 for line in lines for ticks in re.findall("`+", line))])
    shown = [line.strip()[:_LONGEST_LINE] for line in lines]
    title = f"Changes: {counted(len(findings.changes.changes), 'object')}"
    return _fold(title, shown, most, before=f"{fence}diff", after=fence)


def _fold(title: str, lines: list[str], most: int, *, before: str = "", after: str = "") -> str:
    """Fold lines, as many as fit into a number of characters."""
    if not lines:
        return ""
    start = f"<details><summary>{plain(title)}</summary>\n\n{before}"
    most -= len(start) + _END
    shown: list[str] = []
    for line in lines:
        most -= len(line) + 1
        if most < 0:
            break
        shown.append(line)
    rest = len(lines) - len(shown)
    cut = f"\n{counted(rest, 'more line')} in plan.html.\n" if rest else ""
    return "\n".join([start, *shown, f"{after}\n{cut}\n</details>\n"])


def _capacity(findings: Findings) -> Iterator[str]:
    for cluster in findings.capacity:
        groups = (
            [headroom.group for headroom in cluster.findings[0].headroom]
            if cluster.findings
            else []
        )
        yield from _table(
            [cluster.cluster, "verdict", *(f"left on {group}" for group in groups)],
            [
                [
                    one.scenario.title,
                    verdict_of(one),
                    *(left(headroom, grows=cluster.grows) for headroom in one.headroom),
                ]
                for one in cluster.findings
            ],
        )
        short = [one for one in cluster.findings if one.verdict is not CapacityVerdict.FITS]
        for one in short:
            yield f"- {plain(one.scenario.title)}: {plain('; '.join(sentences(one)))}"
        yield ""


def _cost(findings: Findings) -> Iterator[str]:
    cost = findings.cost
    if findings.cost_changes:
        yield f"The change: **{plain(changed_usd(change_of_cost(findings.cost_changes)))}**\n"
        yield from _table(
            ["what", "before", "after"],
            [
                [name_of(change.line), sum_of(change.before), sum_of(change.after)]
                for change in findings.cost_changes
            ],
        )
    parts = cost.by(lambda line: line.part)
    yield from _table(
        ["part", "USD a month"],
        [*([part, scaled(usd)] for part, usd in parts.items()), ["all", scaled(cost.month)]],
    )
    yield from (f"- not in it: {plain(missing)}" for missing in missing_prices(cost))


def _time(findings: Findings) -> Iterator[str]:
    yield from _table(
        ["stack", "step", "time"],
        [
            [stack.name, f"{step.subject}, {step.what}", span(step.seconds)]
            for stack in findings.time.stacks
            for step in stack.steps
        ],
    )


def _table(heads: list[str], rows: Iterable[list[str]]) -> Iterator[str]:
    yield f"| {' | '.join(map(plain, heads))} |"
    yield f"|{'---|' * len(heads)}"
    yield from (f"| {' | '.join(map(plain, row))} |" for row in rows)
    yield ""
