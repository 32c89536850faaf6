"""Whether the subnets have an address for every pod."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_network

from plan.model.assembly import Assembly, Resource
from plan.preflight.account import Account
from plan.preflight.instance_types import InstanceDemand, instance_demands
from plan.preflight.verdicts import Check, Missing, Ready, Unknown, Verdict

_RESERVED = 5
"""AWS keeps the first four addresses of a subnet and the last."""
_CONTROL_PLANE = 16
"""What EKS recommends to leave in a cluster's subnet for its own interfaces (EKS user guide)."""


@dataclass(frozen=True, kw_only=True)
class RoomForPods:
    """A subnet of node groups, when these are at their maximum and full.

    The VPC CNI without prefixes gives each pod an address of the subnet, and the node takes one.
    """

    subnet: Resource
    groups: tuple[InstanceDemand, ...]

    @property
    def title(self) -> str:
        path = self.subnet.path.removesuffix("/Subnet")
        return f"addresses in {self.subnet.stack}/{path}"

    def ask(self, _account: Account) -> Verdict:
        """Compare, by the assembly alone."""
        block = self.subnet.properties.get("CidrBlock")
        if not isinstance(block, str) or "${" in block:
            return Unknown("the assembly leaves its range to AWS")
        there = ip_network(block).num_addresses - _RESERVED
        needed = _CONTROL_PLANE + sum(map(_addresses, self.groups))
        nodes = sum(map(_nodes, self.groups))
        found = f"{needed} of {there} in {block} with {nodes} full nodes"
        if needed > there:
            return Missing(found, f"give {self.subnet.stack} a wider range before its first deploy")
        return Ready(found)


def subnets(chosen: Assembly) -> Iterator[Check]:
    """Yield a check for each subnet of the assembly that holds nodes."""
    groups: dict[Resource, list[InstanceDemand]] = defaultdict(list)
    for one in instance_demands(chosen):
        for subnet in one.subnets:
            if isinstance(subnet, Resource):
                groups[subnet].append(one)
    for subnet, here in groups.items():
        yield RoomForPods(subnet=subnet, groups=tuple(here))


def _nodes(group: InstanceDemand) -> int:
    """Return how many nodes of a group come into one of its subnets, which share them evenly."""
    return -(-group.maximum // len(group.subnets))


def _addresses(group: InstanceDemand) -> int:
    return _nodes(group) * (1 + max(one.max_pods for one in group.types))
