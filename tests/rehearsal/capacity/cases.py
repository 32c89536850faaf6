"""Cases drawn by a number: clusters that just hold their pods, or just do not."""

from collections.abc import Callable
from random import Random

from tests.plan.capacity.builder import Document, autoscaler, deployment, pod_spec
from tests.rehearsal.capacity import place, room
from tests.rehearsal.capacity.drawn import Case

RULES: tuple[Callable[[Random], Case], ...] = (
    *(room.cpu, room.memory, room.number_of_pods, room.mixed_sizes, place.taints),
    *(place.chosen_nodes, place.apart, place.spread, place.preferences),
    *(room.gpus, place.volumes, room.daemons, room.priorities),
    *(room.init_containers, room.jobs, room.in_order, room.disks),
)
_MORE = 2
"""How many pods an autoscaler may add."""


def case(number: int) -> Case:
    """Draw a case: each rule in turn, in the second round with other pods in its way."""
    draw = Random(number)  # noqa: S311 - the same cases in every run
    drawn = RULES[number % len(RULES)](draw)
    others = [_bystander(draw)] if number >= len(RULES) else []
    scaled = [_scaled(one) for one in drawn.objects if one["kind"] == "Deployment"]
    objects = [*drawn.objects, *others, *scaled]
    return Case(groups=drawn.groups, objects=objects, add_ons=drawn.add_ons)


def _bystander(draw: Random) -> Document:
    cpu = draw.choice((10, 10, 170))
    return deployment("other", pod_spec(f"{cpu}m", "150Mi"), draw.randint(1, 3))


def _scaled(one: Document) -> Document:
    name, replicas = one["metadata"]["name"], one["spec"]["replicas"]
    return autoscaler(name, replicas, replicas + _MORE)
