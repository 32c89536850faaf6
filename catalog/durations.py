"""How long AWS, Kubernetes and a model server take for the steps of a deploy."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from catalog.reader import UnknownFactError, read

Action = Literal["create", "update", "delete"]

_MEMORY = "memory"
"""The source of all updates and deletes."""


@dataclass(frozen=True, kw_only=True)
class Duration:
    """The quickest and the slowest that is expected, in seconds."""

    low: int
    high: int
    mark: Literal["S", "I", "U"]
    """S: from public logs; I: inferred; U: from memory, as all updates and deletes are."""
    source: str


@cache
def resource_duration(kind: str, action: Action) -> Duration:
    """Return how long CloudFormation takes for a resource of a type, or of a variant of it.

    A variant stands behind a comma, as in `AWS::RDS::DBInstance, multi-az`. A type that is not
    in the catalog takes what any other takes.
    """
    table = read("durations.json")
    entry = table["types"].get(kind)
    if entry is None:
        custom = kind.startswith("Custom::")
        return step_duration("any other custom resource" if custom else "any other resource")
    source = table["sources"][entry["source"] if action == "create" else _MEMORY]
    low, high = entry[action]
    return Duration(low=low, high=high, mark=source["mark"], source=source["from"])


@cache
def step_duration(name: str) -> Duration:
    """Return how long a step takes that is no resource; raise `UnknownFactError`."""
    table = read("durations.json")
    entry = table["steps"].get(name)
    if entry is None:
        message = f"step {name!r} is not in the catalog; known are {', '.join(table['steps'])}"
        raise UnknownFactError(message)
    source = table["sources"][entry["source"]]
    low, high = entry["seconds"]
    return Duration(low=low, high=high, mark=source["mark"], source=source["from"])


def model_bytes() -> int:
    """Return the size of the model files that a GPU server loads before it serves."""
    size: int = read("durations.json")["model_files"]["bytes"]
    return size
