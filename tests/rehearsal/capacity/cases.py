"""Cases drawn by a number: clusters that just hold their pods, or just do not."""

from collections.abc import Callable
from random import Random

from tests.plan.capacity.builder import Document, autoscaler, deployment, pod_spec
from tests.rehearsal.capacity import placement, resources
from tests.rehearsal.capacity.drawn import Case

RULES: tuple[Callable[[Random], Case], ...] = (
    *(
        resources.cpu,
        resources.memory,
        resources.number_of_pods,
        resources.mixed_sizes,
        placement.taints,
    ),
    *(
        placement.chosen_nodes,
        placement.apart,
        placement.together,
        placement.spread,
        placement.preferences,
    ),
    *(resources.gpus, placement.ports, placement.volumes, resources.daemons, resources.priorities),
    *(resources.init_containers, resources.jobs, resources.in_order, resources.disks),
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
