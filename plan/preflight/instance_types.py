"""What groups and pools ask of EC2 at their maximum, and whether every zone offers the types."""

from collections.abc import Iterator
from dataclasses import dataclass

from catalog import InstanceType, instance_type
from plan.model.assembly import Assembly, Resource
from plan.model.kubernetes import kubernetes_objects
from plan.model.node_pools import ON_DEMAND, SPOT, node_pools
from plan.model.nodes import NODE_GROUP, NodeGroup, node_group
from plan.preflight.account import Account, deployment_region
from plan.preflight.verdicts import Check, Missing, Ready, Unknown, Verdict


@dataclass(frozen=True, kw_only=True)
class TypesOffered:
    """The types of a node group, of which each of its zones must offer at least one."""

    group: str
    region: str
    types: tuple[str, ...]
    zones: tuple[str, ...]

    @property
    def title(self) -> str:
        return f"zones of {self.group}"

    def ask(self, account: Account) -> Verdict:
        """Ask which zones offer the types; a zone's letter is the account's own."""
        if not all(zone.startswith(self.region) for zone in self.zones):
            return Unknown("the assembly leaves the zones to AWS")
        pages = account.client("ec2", self.region).get_paginator("describe_instance_type_offerings")
        filters = [{"Name": "instance-type", "Values": list(self.types)}]
        offered = {
            offer["Location"]
            for page in pages.paginate(LocationType="availability-zone", Filters=filters)
            for offer in page["InstanceTypeOfferings"]
        }
        types = ", ".join(self.types)
        if without := [zone for zone in self.zones if zone not in offered]:
            listing = (
                f"aws ec2 describe-instance-type-offerings --region {self.region} --location-type "
                f"availability-zone --filters Name=instance-type,Values={','.join(self.types)}"
            )
            return Missing(f"{', '.join(without)} without {types}", listing)
        return Ready(f"{types} in {', '.join(self.zones)}")


def offerings(chosen: Assembly) -> Iterator[Check]:
    for one in instance_demands(chosen):
        types = tuple(machine.name for machine in one.types)
        yield TypesOffered(group=one.group, region=one.region, types=types, zones=one.zones)


@dataclass(frozen=True, kw_only=True)
class InstanceDemand:
    """A node group or node pool with all types that it may start."""

    group: str
    """With the stack that makes it."""
    region: str
    types: tuple[InstanceType, ...]
    capacities: tuple[str, ...]
    """How they may be bought: `spot`, `on-demand` or both."""
    maximum: int
    zones: tuple[str, ...]
    subnets: tuple[Resource | str, ...]
    """Those of the assembly, or what they are called in AWS."""

    @property
    def vcpus(self) -> int:
        """Return the processors of all nodes, if each is of the largest type."""
        return self.maximum * max(one.vcpu for one in self.types)


def instance_demands(chosen: Assembly) -> Iterator[InstanceDemand]:
    """Read groups and pools; raise `PlanError` if the catalog does not know a type."""
    for resource in chosen.of_type(NODE_GROUP):
        group = node_group(resource, chosen)
        yield _demand(group, (SPOT if group.is_spot else ON_DEMAND,), chosen)
    for pool in node_pools(kubernetes_objects(chosen)):
        yield _demand(pool.group(chosen), pool.capacities, chosen)


def _demand(group: NodeGroup, capacities: tuple[str, ...], chosen: Assembly) -> InstanceDemand:
    stack = group.resource.stack
    return InstanceDemand(
        group=f"{stack}/{group.name}",
        region=deployment_region(chosen.stack(stack)),
        types=tuple(map(instance_type, group.types)),
        capacities=capacities,
        maximum=group.maximum,
        zones=group.zones,
        subnets=tuple(chosen.target(stack, name) or name for name in group.subnets),
    )
