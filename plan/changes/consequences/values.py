"""Reads values out of documents, and puts lists into sentences."""

from collections.abc import Iterable, Mapping
from typing import Any


def at(document: object, path: str) -> Any:  # noqa: ANN401 - JSON documents are Any
    """Return what stands at a path as `A.B`; None if it is not there."""
    for name in path.split("."):
        if not isinstance(document, Mapping):
            return None
        document = document.get(name)
    return document


def as_list(value: object) -> list[Any]:
    """Return a value that may stand alone as a list; nothing as an empty one."""
    match value:
        case None:
            return []
        case list():
            return value
        case _:
            return [value]


def some(things: Iterable[object], most: int = 3) -> str:
    """List the first things, and say how many more there are."""
    named = list(dict.fromkeys(str(thing) for thing in things))
    shown = ", ".join(named[:most])
    return f"{shown} and {len(named) - most} more" if len(named) > most else shown


def number(value: object) -> float | None:
    """Return a number, which a template may also give as text; None for anything else."""
    try:
        return float(str(value))
    except ValueError:
        return None


def is_true(value: object) -> bool:
    """Whether a template says yes, which it may do by the text `true`."""
    return str(value).lower() == "true"
