"""Reads values out of JSON documents, and writes lists of them."""

from collections.abc import Iterable, Mapping
from typing import Any


def at(document: object, path: str) -> Any:  # noqa: ANN401 - JSON documents are Any
    """Return the value at a path as `A.B`; None if it is absent."""
    for name in path.split("."):
        if not isinstance(document, Mapping):
            return None
        document = document.get(name)
    return document


def as_list(value: object) -> list[Any]:
    """Return a list as it is, None as an empty one, and any other value in one."""
    match value:
        case None:
            return []
        case list():
            return value
        case _:
            return [value]


def some(things: Iterable[object], most: int = 3) -> str:
    """List the first things, and the number of the others."""
    named = list(dict.fromkeys(str(thing) for thing in things))
    shown = ", ".join(named[:most])
    return f"{shown} and {len(named) - most} more" if len(named) > most else shown


def number(value: object) -> float | None:
    """Return a number, also from a string of one; None for anything else."""
    try:
        return float(str(value))
    except ValueError:
        return None


def is_true(value: object) -> bool:
    """Whether a value is true, or the string `true`."""
    return str(value).lower() == "true"
