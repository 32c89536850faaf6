"""What node groups ask of EC2 at their maximum."""

from collections.abc import Iterator
from dataclasses import dataclass

from catalog import InstanceType, instance_type
from plan.model.assembly import Assembly, Resource
from plan.model.nodes import NODE_GROUP, node_group
from plan.preflight.account import region_of


@dataclass(frozen=True, kw_only=True)
class Machines:
    """A node group with all types that it may start."""

    group: str
    """With the stack that makes it."""
    region: str
    types: tuple[InstanceType, ...]
    is_spot: bool
    maximum: int
    zones: tuple[str, ...]
    subnets: tuple[Resource | str, ...]
    """Those of the assembly, or what they are called in AWS."""

    @property
    def vcpus(self) -> int:
        """Return the processors of all nodes, if each is of the largest type."""
        return self.maximum * max(one.vcpu for one in self.types)


def machines(chosen: Assembly) -> Iterator[Machines]:
    """Read the node groups; raise `PlanError` if the catalog does not know a type."""
    for resource in chosen.of_type(NODE_GROUP):
        group = node_group(resource, chosen)
        names = resource.properties.get("InstanceTypes") or [group.machine.name]
        subnets = map(str, resource.properties.get("Subnets", ()))
        yield Machines(
            group=f"{resource.stack}/{group.name}",
            region=region_of(chosen.stack(resource.stack)),
            types=tuple(map(instance_type, names)),
            is_spot=resource.properties.get("CapacityType") == "SPOT",
            maximum=group.maximum,
            zones=group.zones,
            subnets=tuple(chosen.target(resource.stack, name) or name for name in subnets),
        )
