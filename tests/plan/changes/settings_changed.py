"""Compares what the application makes of a system's settings before and after a change."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from app import build_app
from plan.changes.comparison import compare
from plan.changes.nouns import Changes
from plan.model.assembly import Assembly, read_assembly
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
    stacks = (
        replace(
            stack,
            resources={
                key: one
                for key, one in stack.resources.items()
                if name not in {one.properties.get("AddonName"), one.properties.get("Chart")}
            },
        )
        for stack in before.stacks
    )
    return compare(before, Assembly(tuple(stacks)), system.name)


def with_group(system: System, name: str, /, **values: Any) -> System:
    """Return a system in which one node group has other values."""
    groups = tuple(
        replace(group, **values) if group.name == name else group
        for group in system.cluster.node_groups
    )
    return replace(system, cluster=replace(system.cluster, node_groups=groups))
