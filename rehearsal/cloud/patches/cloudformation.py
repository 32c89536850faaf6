"""CloudFormation: types of resources that the emulator lacks, and the order of creation.

AWS creates everything whose dependencies are met at once. The emulator goes one by one and
breaks ties alphabetically, so that a missing dependency can pass for years by a lucky name. Here
the order is random, valid and repeatable.
"""

import graphlib
import random
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ministack.services.cloudformation import engine, provisioners, stacks

from rehearsal.cloud.patches import ABSENT, Patch, private

_extract_deps = private(engine, "_extract_deps")
_LONGEST_STEM, _NAME_BYTES = 48, 6

Properties = Mapping[str, Any]
"""What the template says about a resource, references resolved."""


@dataclass(frozen=True, kw_only=True)
class CreatedResource:
    """A resource: its physical id, and what `Fn::GetAtt` may ask for."""

    physical_id: str
    attributes: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class ResourceHandler:
    """Creates, updates and deletes the resources of one type.

    Without `update` a changed resource is replaced: the new one is made before the old one goes.
    `name` is the property that CloudFormation fills where the template leaves it out.
    """

    create: Callable[[Properties], CreatedResource]
    delete: Callable[[str, Properties], None]
    update: Callable[[str, Properties, Properties], CreatedResource] | None = None
    name: str | None = None
    replaces: bool = False
    """Whether the emulator has a handler of the type, which does too little."""


def on_threads(resource_types: Sequence[Patch]) -> list[Patch]:
    """Return the patches of resource types, with the one that lets their handlers block.

    They call the emulator itself, which does not answer while its event loop is blocked.
    """
    names = {patch.keys[0] for patch in resource_types}
    threads = Patch(
        module=stacks,
        attribute="_runs_on_worker_thread",
        fingerprint="23955511141f",
        corrects="a handler that blocks stops the event loop",
        upstream="stacks._runs_on_worker_thread: true of every type",
        replacement=lambda original: lambda name: name in names or original(name),
    )
    return [*resource_types, threads]


def in_drawn_order(seed_file: Path) -> list[Patch]:
    """Create in a drawn order and delete in its reverse.

    The seed is read at each operation, so that a running emulator takes a new one.
    """

    def order(resources: Mapping[str, Any], conditions: Mapping[str, bool]) -> list[str]:
        active = {
            name
            for name, definition in resources.items()
            if conditions.get(definition.get("Condition", ""), True)
        }
        dependencies = {name: _extract_deps(resources[name], active) - {name} for name in active}
        return draw(seed_file.read_text(), dependencies)

    # Change sets keep their alphabetical order: they only describe.
    return [
        Patch(
            module=module,
            attribute="_topological_sort",
            fingerprint="13ee9ab068fc",
            corrects="ties between resources are broken by name, and nothing runs at once",
            upstream="engine._topological_sort: take a seed, or create what is ready in parallel",
            replacement=lambda _original: order,
        )
        for module in (engine, stacks)
    ]


def additions(handlers: Mapping[str, ResourceHandler]) -> list[Patch]:
    return [
        Patch(
            module=provisioners,
            attribute="_RESOURCE_HANDLERS",
            keys=(resource_type,),
            fingerprint="dict" if handler.replaces else ABSENT,
            corrects=f"CloudFormation does not make {resource_type} as AWS does",
            upstream=f"cloudformation/provisioners.py: a handler of {resource_type}",
            replacement=_entry(handler),
        )
        for resource_type, handler in handlers.items()
    ]


def operation(
    resource_type: str,
    name: str,
    fingerprint: str,
    replacement: Callable[[Any], Any],
    *,
    corrects: str,
) -> Patch:
    """Return the patch of one operation, `create`, `update` or `delete`, of a resource type."""
    return Patch(
        module=provisioners,
        attribute="_RESOURCE_HANDLERS",
        keys=(resource_type, name),
        fingerprint=fingerprint,
        corrects=corrects,
        upstream=f"cloudformation/provisioners.py: {name} of {resource_type}",
        replacement=replacement,
    )


def draw(seed: str, dependencies: Mapping[str, set[str]]) -> list[str]:
    """Return one of the valid orders, always the same one for a seed and these dependencies.

    Raises `graphlib.CycleError`, a `ValueError`, for resources that wait for each other.
    """
    names = sorted(dependencies)
    # Not one random stream for all stacks: an order must not depend on what ran before.
    chance = random.Random(f"{seed} {' '.join(names)}")  # noqa: S311 - no secret is drawn
    sorter = graphlib.TopologicalSorter({name: dependencies[name] for name in names})
    sorter.prepare()
    ready: list[str] = []
    order: list[str] = []
    while sorter.is_active():
        ready = sorted([*ready, *sorter.get_ready()])
        order.append(ready.pop(chance.randrange(len(ready))))
        sorter.done(order[-1])
    return order


def is_true(value: bool | str) -> bool:  # noqa: FBT001 - that is what templates hold
    """Read a truth value of a template, which may have become a string on the way."""
    return str(value).lower() == "true"


def _entry(handler: ResourceHandler) -> Callable[[Any], dict[str, Any]]:
    def create(logical_id: str, properties: Properties, _stack: str) -> tuple[str, Any]:
        given = {handler.name: _generated_name(logical_id)} if handler.name else {}
        return _as_tuple(handler.create(given | dict(properties)))

    entry: dict[str, Any] = {"create": create, "delete": handler.delete}
    if (change := handler.update) is not None:

        def update(physical_id: str, old: Properties, new: Properties, _stack: str) -> Any:  # noqa: ANN401
            return _as_tuple(change(physical_id, old, new))

        entry["update"] = update
    return lambda _original: entry


def _generated_name(logical_id: str) -> str:
    return f"{logical_id[:_LONGEST_STEM]}-{secrets.token_hex(_NAME_BYTES)}"


def _as_tuple(resource: CreatedResource) -> tuple[str, dict[str, Any]]:
    return resource.physical_id, dict(resource.attributes)
