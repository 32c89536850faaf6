"""Writes values and their differences for people to read."""

import json
import re
from collections.abc import Iterator
from difflib import unified_diff
from itertools import takewhile

from plan.changes.nouns import Field

_INDENT = "      "
_ON_ONE_LINE = 72
"""Characters of both values together that still stand beside their path."""
_CONTEXT = 24
"""Characters that are shown of what two long texts have in common."""
_DIGEST = re.compile(r"(sha256:[0-9a-f]{12})[0-9a-f]{52}")


def difference(field: Field) -> Iterator[str]:
    """Yield a field with its value before and after, as lines."""
    before, after = text(field.before), text(field.after)
    if before == after:
        # A number and the same as text.
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
            old, new = _apart(before, after)
            yield f"{_INDENT}{field.path}"
            yield f"{_INDENT}  - {old}"
            yield f"{_INDENT}  + {new}"


def text(value: object) -> str:
    """Write a value on one line; of an image's digest, the first twelve digits."""
    if not isinstance(value, str):
        value = json.dumps(value, ensure_ascii=False)
    return _DIGEST.sub(r"\1…", value)


def _changed_lines(before: str, after: str) -> Iterator[str]:
    compared = unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    for line in compared:
        if not line.startswith(("---", "+++", "@@")):
            yield f"{line[0]} {line[1:]}"


def _apart(before: str, after: str) -> tuple[str, str]:
    """Shorten two texts by what they have in common at their beginning and end."""
    start = _alike(before, after)
    end = _alike(before[:start:-1], after[:start:-1])
    start, end = max(0, start - _CONTEXT), max(0, end - _CONTEXT)
    head, tail = "…" * (start > 1), "…" * (end > 1)
    start, end = start * bool(head), end * bool(tail)
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    return f"{head}{old}{tail}", f"{head}{new}{tail}"


def _alike(one: str, other: str) -> int:
    """Return how many characters two texts have in common at their beginning."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
