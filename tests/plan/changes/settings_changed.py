"""Compares what the application makes of a system's settings before and after a change."""

import json
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from app import build_app
from plan.changes.comparison import compare
from plan.changes.nouns import Changes
from plan.model.assembly import Assembly, Resource, Stack, read_assembly
from plan.model.kubernetes import MANIFEST
from settings.system import System
from tests.stacks.synths import as_the_cli_does


def changed(before: System, after: System) -> Changes:
    """Return what a deploy of one environment changes."""
    return compare(assembly_of(before), assembly_of(after), after.name)


def assembly_of(system: System) -> Assembly:
    """Return what one environment and the registry of its system are made of, made once."""
    name = repr(system)
    if name not in _MADE:
        with TemporaryDirectory() as directory, as_the_cli_does(directory):
            build_app((system,), validate=False).synth()
            _MADE[name] = read_assembly(Path(directory))
    return _MADE[name]


_MADE: dict[str, Assembly] = {}
"""By the settings as Python writes them: those with mappings have no hash."""


def without_add_on(system: System, name: str) -> Changes:
    """Return what changes when a template loses an add-on or a chart, though its users stay."""
    before = assembly_of(system)
    return compare(before, without_resources(before, name), system.name)


def without_resources(assembly: Assembly, name: str) -> Assembly:
    """Return an assembly without an add-on or a chart of this name."""

    def others(stack: Stack) -> dict[str, Resource]:
        return {
            key: one
            for key, one in stack.resources.items()
            if name not in {one.properties.get("AddonName"), one.properties.get("Chart")}
        }

    return Assembly(tuple(replace(stack, resources=others(stack)) for stack in assembly.stacks))


def without_objects(assembly: Assembly, kinds: Collection[str]) -> Assembly:
    """Return an assembly whose manifests have no Kubernetes objects of these kinds."""

    def others(one: Resource) -> Resource:
        if one.type != MANIFEST:
            return one
        kept = [it for it in json.loads(one.properties["Manifest"]) if it["kind"] not in kinds]
        return replace(one, properties={**one.properties, "Manifest": json.dumps(kept)})

    return Assembly(
        tuple(
            replace(stack, resources={key: others(one) for key, one in stack.resources.items()})
            for stack in assembly.stacks
        )
    )


def with_group(system: System, name: str, /, **values: Any) -> System:
    """Return a system in which one node group has other values."""
    groups = tuple(
        replace(group, **values) if group.name == name else group
        for group in system.cluster.node_groups
    )
    return replace(system, cluster=replace(system.cluster, node_groups=groups))


def with_pool(system: System, name: str, /, **values: Any) -> System:
    """Return a system in which one node pool has other values."""
    pools = tuple(
        replace(pool, **values) if pool.name == name else pool for pool in system.cluster.node_pools
    )
    return replace(system, cluster=replace(system.cluster, node_pools=pools))
