"""The templates are those that were reviewed: production's whole, development's by difference.

The objects in them have reviewed files of their own (tests/golden/charts), drawn in made-up
surroundings; here each manifest shows which objects it has, and which values of AWS go into them.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from plan.model.assembly import Resource
from plan.model.intrinsics import references
from plan.model.kubernetes import MANIFEST
from settings.system import System, folder_of
from settings.systems import SYSTEMS, environments_of, registry_stack
from tests.conftest import Golden
from tests.stacks.applied import identity, manifests
from tests.stacks.synths import everything, parts_of

_ASSET = re.compile(r"^[0-9a-f]{64}\.zip$")
_PRUNE_LABEL = re.compile(r"aws\.cdk\.eks/prune-[0-9a-f]+")
_HASH = re.compile(r"(\(system\)\w+?)[0-9A-F]{8}\b")
_CHECK = re.compile(r"(check-?)[0-9a-f]{10}(?:[0-9A-F]{8})?\b")
"""Names of what checks an image, which change with the image."""
_ABSENT = "(absent)"
_DIGESTS = {"Custom::Release": "Judged", "Custom::Migration": "Migration"}
"""Properties that change with whatever they are the digest of."""


def _legible(name: str) -> dict[str, Any]:
    """Return a template as a reviewer wants to read it."""
    template, stack = everything().templates[name], everything().assembly.stack(name)
    resources = {}
    for resource in stack.resources.values():
        document = dict(template["Resources"][resource.logical_id])
        document.pop("Metadata", None)
        properties = dict(document.get("Properties", {}))
        if resource.type == MANIFEST:
            properties["Manifest"] = _summary(resource)
            if _CHECK.search(resource.path):
                properties["PruneLabel"] = "(prune label)"
        if digest := _DIGESTS.get(resource.type):
            properties[digest] = "(digest)"
        resources[resource.logical_id] = document | {"Properties": properties}
    own = ("Conditions", "Description", "Outputs")
    found = {part: template[part] for part in own if part in template}
    return found | {"Resources": _without_hashes(resources)}


def _summary(resource: Resource) -> dict[str, list[str]]:
    """Return which objects a manifest has, and which values of AWS."""
    names = references(resource.properties["Manifest"])
    return {
        "objects": [identity(thing) for thing in manifests(resource.stack)[resource]],
        "values of AWS": sorted(
            f"${{{name}}}" if ":" in name else _qualified(name, resource.stack) for name in names
        ),
    }


def _qualified(name: str, stack: str) -> str:
    where, _, value = name.rpartition("/")
    return f"${{{where or stack}.{value}}}"


def _without_hashes(value: Any) -> Any:
    """Replace names that are digests: assets change with the library, checks with their image."""
    match value:
        case dict():
            return {_without_hashes(name): _without_hashes(part) for name, part in value.items()}
        case list():
            return [_without_hashes(part) for part in value]
        case str() if _ASSET.match(value):
            return "(asset).zip"
        case str():
            return _CHECK.sub(r"\1(digest)", value)
    return value


def _comparable(system: System, part: str) -> dict[str, Any]:
    """Return a template by construct paths, without what says which environment it is of."""
    stack = everything().assembly.stack(f"{system.name}{part}")
    template = _legible(stack.name)
    resources = template.pop("Resources")
    found = {
        _without_hashes(resource.path.removesuffix("/Resource")): resources[_without_hashes(name)]
        for name, resource in stack.resources.items()
    }
    assert len(found) == len(resources)
    return dict(_without_names(found | template, system))


def _without_names(value: Any, system: System) -> Any:
    """Replace the names of cluster, namespace and system in every text, and what is their hash."""
    match value:
        case dict():
            return {
                _without_names(name, system): _without_names(part, system)
                for name, part in value.items()
            }
        case list():
            return [_without_names(part, system) for part in value]
        case str():
            named = value.replace(system.cluster.name, "(cluster)")
            named = named.replace(system.namespace, "(namespace)").replace(system.name, "(system)")
            return _HASH.sub(r"\1", _PRUNE_LABEL.sub("(prune label)", named))
    return value


def _differences(before: Any, after: Any) -> Iterator[tuple[str, Any]]:
    """Yield path and value of whatever is otherwise in the second; `+` and `-` are of lists."""
    match before, after:
        case dict(), dict():
            parts = [
                (name, before.get(name, _ABSENT), after.get(name, _ABSENT))
                for name in {**before, **after}
            ]
        case list(), list() if len(before) == len(after):
            parts = [(str(n), *pair) for n, pair in enumerate(zip(before, after, strict=True))]
        case list(), list():
            added = [one for one in after if one not in before]
            removed = [one for one in before if one not in after]
            yield from ((sign, ones) for sign, ones in (("+", added), ("-", removed)) if ones)
            if not added and not removed:
                yield "", after
            return
        case _ if before == after:
            return
        case _:
            yield "", after
            return
    for name, old, new in parts:
        for path, value in _differences(old, new):
            yield f"{name}.{path}".removesuffix("."), value


def _of_production(system: type[System]) -> Iterator[str]:
    """Name the registry's stack and those of production."""
    production, *_ = environments_of(system)
    yield registry_stack(system)
    yield from (f"{production.name}{part}" for part in parts_of(system))


@pytest.mark.parametrize(
    ("system", "name"), [(system, name) for system in SYSTEMS for name in _of_production(system)]
)
def test_a_template_is_what_was_reviewed(system: type[System], name: str, golden: Golden) -> None:
    """Each of production, and that of the registry, is the one in its golden file."""
    golden(f"templates/{folder_of(system)}/{name}", [_legible(name)])


_OTHERS = [other for system in SYSTEMS for other in environments_of(system)[1:]]


@pytest.mark.parametrize("other", _OTHERS, ids=lambda system: system.name)
def test_other_environments_differ_as_was_reviewed(other: System, golden: Golden) -> None:
    """Each value that differs from production's, besides the names, stands in a golden file."""
    production, *_ = environments_of(type(other))
    differences = {}
    for part in parts_of(type(other)):
        before, after = _comparable(production, part), _comparable(other, part)
        differences[f"{other.name}{part}"] = {
            name: dict(found) if set(found) != {""} else found[""]
            for name in sorted({**before, **after})
            if (found := dict(_differences(before.get(name, _ABSENT), after.get(name, _ABSENT))))
        }
    golden(f"templates/{other.label}/{other.name}", [differences])


def test_no_reviewed_template_is_left_over() -> None:
    """A golden file whose stack is gone would be reviewed for nothing."""
    directory = Path(__file__).parents[1] / "golden" / "templates"
    assert {str(path.relative_to(directory)) for path in directory.rglob("*.yaml")} == {
        f"{folder_of(system)}/{name}.yaml"
        for system in SYSTEMS
        for name in (
            *_of_production(system),
            *(other.name for other in environments_of(system)[1:]),
        )
    }
