"""What drawn cases are made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from catalog import instance_type
from plan.model.assembly import Assembly
from tests.plan.capacity import builder
from tests.plan.capacity.builder import ZONES, Document, Group, deployment, pod_spec

ON_EVERY_NODE = ("vpc-cni", "kube-proxy")
TAKEN_PODS = 2
_TAKEN_MILLI = 150
"""What these two ask for on each node."""
CLOSED = builder.taint("closed", "yes")
TOLERATING: Document = {"tolerations": [{"key": "closed", "operator": "Exists"}]}


@dataclass(frozen=True, kw_only=True)
class Case:
    """What one drawn cluster holds."""

    groups: Sequence[Group]
    objects: Sequence[Document]
    add_ons: Sequence[str] = ()

    @property
    def assembly(self) -> Assembly:
        return builder.cluster(self.groups, self.objects, [*ON_EVERY_NODE, *self.add_ons])


def some_nodes(draw: Random, instance: str | None = None) -> Group:
    return Group(
        instance_type=instance or draw.choice(("t3.medium", "t3.large")),
        size=draw.randint(1, 3),
        zones=ZONES[: draw.randint(1, 2)],
    )


def places(group: Group, asked_milli: int) -> int:
    """Return how many pods that ask for so much CPU a group takes."""
    free = instance_type(group.instance_type).allocatable_cpu_milli - _TAKEN_MILLI
    return group.size * (free // asked_milli)


def about(draw: Random, group: Group, asked_milli: int, **spec: Any) -> Document:
    """Draw a Deployment that takes about all the CPU of a group."""
    template = pod_spec(f"{asked_milli}m", **spec)
    return deployment("app", template, nearly(draw, places(group, asked_milli)))


def nearly(draw: Random, number: int) -> int:
    """Draw a number of pods that just fits, or is too large by one or two."""
    return max(1, number + draw.choice((-1, 0, 0, 1, 2)))
