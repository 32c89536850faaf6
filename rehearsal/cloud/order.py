"""The order in which CloudFormation makes resources: random, valid, repeatable.

AWS creates everything whose dependencies are met at once. The emulator goes one by one and
breaks ties alphabetically, so that a missing dependency can pass for years by a lucky name.
"""

# ruff: noqa: SLF001 - the emulator offers no public joints

import graphlib
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ministack.services.cloudformation import engine, stacks


def draw(seed: str, dependencies: Mapping[str, set[str]]) -> list[str]:
    """Return one of the valid orders, always the same one for a seed and these dependencies.

    Raises `graphlib.CycleError`, a `ValueError`, for resources that wait for each other.
    """
    names = sorted(dependencies)
    # Not a stream of chances shared by all stacks: an order must not depend on what ran before.
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


def shuffle(seed_file: Path) -> None:
    """Let the emulator create in a drawn order and delete in its reverse.

    The seed is read at each operation, so that a running emulator takes a new one.
    """

    def order(resources: Mapping[str, Any], conditions: Mapping[str, bool]) -> list[str]:
        active = {
            name
            for name, definition in resources.items()
            if conditions.get(definition.get("Condition", ""), True)
        }
        dependencies = {
            name: engine._extract_deps(resources[name], active) - {name} for name in active
        }
        return draw(seed_file.read_text(), dependencies)

    # Change sets keep their alphabetical order: they only describe.
    engine._topological_sort = order
    stacks._topological_sort = order
