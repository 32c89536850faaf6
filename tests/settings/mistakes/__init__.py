"""Settings at their limits: what lies just beyond is refused, with all that its author is told.

Every message is one sentence that names the field, the value and what would be right.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

NAME_RULE = (
    "a name has lower-case letters, digits and hyphens, starts with a letter, "
    "and is at most 63 long"
)


class Mistake(NamedTuple):
    """One wrong setting: how somebody would write it, and the whole message."""

    name: str
    write: Callable[[], object]
    message: str


class Edge(NamedTuple):
    """One setting that is just right."""

    name: str
    write: Callable[[], object]


def wrong(name: str, settings: Any, message: str, /, **changes: object) -> Mistake:
    """Spoil settings by changes that are refused together."""
    return Mistake(name, partial(replace, settings, **changes), message)


def each_wrong(
    settings: Any, of: str, *rules: tuple[str, str, Mapping[str, object]]
) -> list[Mistake]:
    """Spoil fields of settings: to each its rule, and the values that are refused by name."""
    return [
        wrong(name, settings, f"{of} {field} is {value!r}: {rule}".lstrip(), **{field: value})
        for field, rule, values in rules
        for name, value in values.items()
    ]


def right(name: str, settings: Any, /, **changes: object) -> Edge:
    """Change settings up to a limit."""
    return Edge(name, partial(replace, settings, **changes))
