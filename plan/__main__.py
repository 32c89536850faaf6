"""Says what a deploy does: what changes, whether the pods fit, what it costs, how long it takes."""

import argparse
import os
import signal
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from catalog.reader import UnknownFactError
from plan import capacity, changes, cost, time
from plan.arguments import add_assembly
from plan.model.assembly import Assembly, read_assembly
from plan.model.failure import PlanError
from plan.report import Findings, write
from plan.report.findings import Tone, summary

_RISKY = 3
"""Ends a command that found something risky, so that a pipeline can ask for approval."""
_WRONG_INPUT = 2
_INTERRUPTED = 128 + signal.SIGINT
_TERMINATED = 128 + signal.SIGTERM

_CODES = """\
Exit codes: 0 nothing risky, 3 something risky that somebody should approve or pods that find no
node as deployed, 2 wrong input, such as no assembly or no such revision, 1 anything else."""


def main() -> None:
    """Say what a deploy will do; end with one sentence and a code if that cannot be said."""
    asked = _parse()
    # A revision's tree and its synth are taken away also when a pipeline ends this program.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(_TERMINATED))
    try:
        sys.exit(_plan(asked))
    except (PlanError, UnknownFactError) as error:
        print(f"plan: {error}", file=sys.stderr)
        sys.exit(_WRONG_INPUT)
    except KeyboardInterrupt:
        print("plan: interrupted", file=sys.stderr)
        sys.exit(_INTERRUPTED)


def _plan(asked: argparse.Namespace) -> int:
    """Print the plan, and write the report if one is wanted; return the exit code."""
    after = read_assembly(asked.assembly)
    planned = after.only(asked.stack) if asked.stack else after
    if asked.before is None:
        findings = _findings(planned, asked)
    else:
        before = changes.read_before(asked.before, planned)
        found = changes.compare(before, after, asked.stack)
        findings = _findings(planned, asked, changes.part_before(before, asked.stack), found)
    if asked.report:
        write(findings, asked.report)
    _print(_lines(findings, asked.report))
    return _RISKY if any(answer.mark is Tone.BAD for answer in summary(findings)) else 0


def _findings(
    planned: Assembly,
    asked: argparse.Namespace,
    before: Assembly | None = None,
    found: changes.Changes | None = None,
) -> Findings:
    """Put together what is found of a first deploy, or of a change if `before` is given."""
    in_scenarios, placements = capacity.capacity_of(planned), capacity.place(planned)
    costs = cost.cost_of(planned, _today(), placements)
    if before is None or found is None:
        takes = time.time_of_first_deploy(planned, placements)
    else:
        takes = time.time_of_change(
            before, planned, replaced=_replaced(found), placements=placements
        )
    return Findings(
        name=asked.stack or "all stacks",
        before=asked.before,
        planned=planned,
        placements=placements,
        changes=found,
        capacity=in_scenarios,
        cost=costs,
        cost_changes=_cost_changes(before, costs) if before else (),
        time=takes,
    )


def _cost_changes(before: Assembly, costs: cost.Cost) -> tuple[cost.CostChange, ...]:
    was = cost.cost_of(before, _today(), capacity.place(before))
    return tuple(cost.differences(was, costs))


def _replaced(found: changes.Changes) -> set[tuple[str, str]]:
    return {
        (one.item.stack, one.item.logical_id)
        for one in found.changes
        if isinstance(one, changes.Replaced)
    }


def _lines(findings: Findings, report: Path | None) -> Iterator[str]:
    """Write the change and the four answers last, since that is where a terminal stops."""
    found = findings.changes
    if found is None or found.changes:
        yield from capacity.as_lines(findings.capacity)
        yield ""
        if found is None:
            yield from cost.as_lines(findings.cost)
            yield ""
        if findings.cost_changes:
            yield from cost.changes_as_lines(findings.cost_changes)
            yield ""
        yield from time.as_lines(findings.time)
        yield ""
    if found is not None:
        colours = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        yield from changes.as_lines(found, colours=colours)
        yield ""
    for answer in summary(findings):
        words = [answer.short, answer.detail] if answer.detail else [answer.short]
        yield f"{answer.about}: {'; '.join(words)}"
    if report:
        yield f"Report: {report / 'plan.html'}"


def _print(lines: Iterator[str]) -> None:
    """Print all lines, or none if one of them cannot be made."""
    print("\n".join(lines))


def _today() -> date:
    return datetime.now(UTC).date()


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m plan", description=__doc__, epilog=_CODES)
    add_assembly(parser)
    parser.add_argument(
        "--before",
        metavar="REVISION|DIRECTORY|deployed",
        help="compare with this: a git revision, another assembly, or what is deployed "
        "(default: a first deploy)",
    )
    parser.add_argument(
        "--report",
        type=Path,
        metavar="DIRECTORY",
        help="also write plan.html, plan.md for a pull request, and plan.svg there",
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
