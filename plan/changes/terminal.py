"""Prints a comparison: by service, by object, field by field."""

from collections import Counter
from collections.abc import Iterator
from itertools import chain

from plan.changes.nouns import (
    Added,
    Change,
    Changed,
    Changes,
    Finding,
    Removed,
    Replaced,
    Severity,
    subject,
)
from plan.changes.texts import difference

_ORDER = (Severity.RISKY, Severity.NOTICE, Severity.INFO)
_COLOURS = {"+": "32", "-": "31", "~": "36", "±": "35", "!": "1;31", "·": "33", "#": "1"}


def as_lines(changes: Changes, *, colours: bool = False) -> Iterator[str]:
    """Yield the comparison as lines, the last ones sum it up."""
    for line in chain(_body(changes), _summary(changes)):
        yield _coloured(line) if colours else line.removeprefix("# ")


def _body(changes: Changes) -> Iterator[str]:
    for service in changes.services:
        yield f"# {service}"
        told: set[Finding] = set()
        for change in changes.of(service):
            yield _title(change)
            if isinstance(change, Changed | Replaced):
                for field in change.fields:
                    yield from difference(field)
            named = (change.item.stack, subject(change.item))
            own = [f for f in changes.findings if (f.stack, f.subject) == named]
            yield from _told(own, "    ")
            told.update(own)
        others = [f for f in changes.findings if f.service == service and f not in told]
        for name in dict.fromkeys(finding.subject for finding in others):
            yield f"  · {name}"
            yield from _told([f for f in others if f.subject == name], "    ")
        yield ""


def _title(change: Change) -> str:
    name = f"{subject(change.item)}  ({change.item.stack})"
    match change:
        case Added():
            return f"  + {name}"
        case Removed():
            return f"  - {name}"
        case Changed():
            return f"  ~ {name}"
        case Replaced(follows=None):
            return f"  ± {name}  replaced, because of {', '.join(change.because)}"
        case Replaced(follows=root):
            return f"  ± {name}  replaced with {subject(root) if root else ''}"


def _told(findings: list[Finding], indent: str) -> Iterator[str]:
    for finding in sorted(findings, key=lambda finding: _ORDER.index(finding.severity)):
        mark = "!" if finding.severity is Severity.RISKY else "·"
        yield f"{indent}{mark} {finding.sentence}"


def _summary(changes: Changes) -> Iterator[str]:
    if not changes.changes and not changes.findings:
        yield "nothing changes"
        return
    names = {Added: "added", Changed: "changed", Replaced: "replaced", Removed: "removed"}
    counted = Counter(names[type(change)] for change in changes.changes)
    yield ", ".join(f"{counted[name]} {name}" for name in names.values())
    if not changes.risks:
        yield "nothing risky"
        return
    risks = Counter(finding.service for finding in changes.risks)
    places = ", ".join(f"{number} in {service}" for service, number in risks.items())
    yield f"! {len(changes.risks)} risky: {places}"


def _coloured(line: str) -> str:
    mark = line.lstrip()[:1]
    colour = _COLOURS.get(mark) if line.lstrip()[1:2] == " " else None
    text = line.removeprefix("# ")
    return f"\x1b[{colour}m{text}\x1b[0m" if colour else text
