"""Writes a comparison as text: by service, by object, field by field."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from difflib import unified_diff
from itertools import chain, takewhile

from plan.changes.nouns import (
    Added,
    Change,
    Changed,
    Changes,
    Field,
    Removed,
    Replaced,
    Risk,
    Severity,
    subject,
)

_ORDER = (Severity.RISKY, Severity.NOTICE, Severity.INFO)
_COLOURS = {"+": "32", "-": "31", "~": "36", "±": "35", "!": "1;31", "·": "33", "#": "1"}


def as_lines(changes: Changes, *, colours: bool = False) -> Iterator[str]:
    """Yield the comparison as lines, a summary at the end."""
    for line in chain(_body(changes), _summary(changes)):
        yield _coloured(line) if colours else line.removeprefix("# ")


def _body(changes: Changes) -> Iterator[str]:
    for service in changes.services:
        yield f"# {service}"
        shown: set[Risk] = set()
        for change in changes.of(service):
            yield _title(change)
            if isinstance(change, Changed | Replaced):
                for field in change.fields:
                    yield from difference(field)
            named = (change.item.stack, subject(change.item))
            own = [risk for risk in changes.risks if (risk.stack, risk.subject) == named]
            yield from _risks(own)
            shown.update(own)
        others = [r for r in changes.risks if r.service == service and r not in shown]
        for name in dict.fromkeys(risk.subject for risk in others):
            yield f"  · {name}"
            yield from _risks([risk for risk in others if risk.subject == name])
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


def _risks(risks: list[Risk]) -> Iterator[str]:
    for risk in sorted(risks, key=lambda risk: _ORDER.index(risk.severity)):
        mark = "!" if risk.severity is Severity.RISKY else "·"
        yield f"    {mark} {risk.sentence}"


def _summary(changes: Changes) -> Iterator[str]:
    if not changes.services:
        yield "nothing changes"
        return
    names = {Added: "added", Changed: "changed", Replaced: "replaced", Removed: "removed"}
    counted = Counter(names[type(change)] for change in changes.changes)
    yield ", ".join(f"{counted[name]} {name}" for name in names.values())
    if not changes.risky:
        yield "nothing risky"
        return
    by_service = Counter(risk.service for risk in changes.risky)
    places = ", ".join(f"{number} in {service}" for service, number in by_service.items())
    yield f"! {len(changes.risky)} risky: {places}"


def _coloured(line: str) -> str:
    mark = line.lstrip()[:1]
    colour = _COLOURS.get(mark) if line.lstrip()[1:2] == " " else None
    text = line.removeprefix("# ")
    return f"\x1b[{colour}m{text}\x1b[0m" if colour else text


_INDENT = "      "
_ON_ONE_LINE = 72
"""Characters of both values together up to which they are written beside their path."""
_CONTEXT = 24
"""Characters that are shown of what two long texts have in common, at either end."""
_DIGEST = re.compile(r"(sha256:[0-9a-f]{12})[0-9a-f]{52}")


def difference(field: Field) -> Iterator[str]:
    """Yield the lines of a field, with its value before and after."""
    before, after = _on_one_line(field.before), _on_one_line(field.after)
    if before == after:
        # A number, and the same number as a string.
        before, after = json.dumps(field.before), json.dumps(field.after)
    match field.before, field.after:
        case None, _:
            yield f"{_INDENT}{field.path}"
            yield f"{_INDENT}  + {after}"
        case _, None:
            yield f"{_INDENT}{field.path}"
            yield f"{_INDENT}  - {before}"
        case str(old), str(new) if "\n" in old + new:
            yield f"{_INDENT}{field.path}"
            for line in _changed_lines(old, new):
                yield f"{_INDENT}  {line}"
        case _ if len(before) + len(after) <= _ON_ONE_LINE:
            yield f"{_INDENT}{field.path}: {before} → {after}"
        case _:
            old, new = _shortened(before, after)
            yield f"{_INDENT}{field.path}"
            yield f"{_INDENT}  - {old}"
            yield f"{_INDENT}  + {new}"


def _on_one_line(value: object) -> str:
    """Write a value as JSON, or as it is if a string; of a digest, the first twelve digits."""
    if not isinstance(value, str):
        value = json.dumps(value, ensure_ascii=False)
    return _DIGEST.sub(r"\1…", value)


def _changed_lines(before: str, after: str) -> Iterator[str]:
    compared = unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    for line in compared:
        if not line.startswith(("---", "+++", "@@")):
            yield f"{line[0]} {line[1:]}"


def _shortened(before: str, after: str) -> tuple[str, str]:
    """Shorten two texts by their common prefix and suffix."""
    start = _common_prefix(before, after)
    end = _common_prefix(before[:start:-1], after[:start:-1])
    start, end = max(0, start - _CONTEXT), max(0, end - _CONTEXT)
    head, tail = "…" * (start > 1), "…" * (end > 1)
    start, end = start * bool(head), end * bool(tail)
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    return f"{head}{old}{tail}", f"{head}{new}{tail}"


def _common_prefix(one: str, other: str) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
