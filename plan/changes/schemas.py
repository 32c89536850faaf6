"""Create-only properties and identifiers of resource types, from CloudFormation's schemas.

They are those in cfn-lint's package, read as files: importing cfn-lint takes two seconds.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from plan.model.failure import PlanError

_DEFAULT_REGION = "us-east-1"
"""It has the most types; for a stack without a region."""


@dataclass(frozen=True, kw_only=True)
class Schema:
    """Properties are paths as `A/B`, with `*` for each item of a list."""

    create_only: tuple[str, ...]
    conditional_create_only: tuple[str, ...]
    """CloudFormation decides case by case."""
    identifier: tuple[str, ...]
    """Its primary identifier; may include properties that CloudFormation fills in."""
    deletes_first: bool
    """Whether the old resource is deleted before the new one is created."""


_UNKNOWN = Schema(create_only=(), conditional_create_only=(), identifier=(), deletes_first=False)


@cache
def schema(resource_type: str, region: str) -> Schema:
    """Return the schema of a type; an empty one for a custom or an unknown type."""
    file = _files(region).get(resource_type)
    if file is None:
        return _UNKNOWN
    content = json.loads((_schemas() / "resources" / f"{file}.json").read_text())
    return Schema(
        create_only=_paths(content, "createOnlyProperties"),
        conditional_create_only=_paths(content, "conditionalCreateOnlyProperties"),
        identifier=_paths(content, "primaryIdentifier"),
        deletes_first=content.get("replacementStrategy") == "delete_then_create",
    )


def values_at(properties: object, path: str) -> list[object]:
    """Return the values at a path of a schema; a `*` in it may match several."""
    return list(_walk(properties, path.split("/")))


def _walk(value: object, path: Sequence[str]) -> Iterator[object]:
    match value, path:
        case _, []:
            yield value
        case list(), ["*", *rest]:
            for item in value:
                yield from _walk(item, rest)
        case dict(), [name, *rest] if name in value:
            yield from _walk(value[name], rest)


@cache
def _files(region: str) -> Mapping[str, str]:
    providers = _schemas() / "providers"
    file = providers / f"{region}.json"
    if not file.exists():
        file = providers / f"{_DEFAULT_REGION}.json"
    files: dict[str, str] = json.loads(file.read_text())
    return files


@cache
def _schemas() -> Path:
    spec = find_spec("cfnlint")
    if spec is None or not spec.submodule_search_locations:
        message = (
            "cfn-lint, whose schemas say what is replaced, is missing: `make setup` installs it"
        )
        raise PlanError(message)
    return Path(spec.submodule_search_locations[0]) / "data" / "schemas"


def _paths(content: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return tuple(path.removeprefix("/properties/") for path in content.get(name, ()))
