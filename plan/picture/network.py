"""Networks, and their subnets by the way they have to the internet."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from plan.model.assembly import Assembly, Resource
from plan.picture.scene import Subnet, WayOut

_SUBNET = "AWS::EC2::Subnet"
_EVERYWHERE = ("0.0.0.0/0", "::/0")
_DEFAULT_NAMES = {
    WayOut.INTERNET: "Public",
    WayOut.NAT: "Private",
    WayOut.NONE: "Isolated",
    WayOut.UNKNOWN: "Subnets",
}
_ORDER = list(_DEFAULT_NAMES)


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Subnets of a kind in all zones, for other things to stand in."""

    network: str
    """The key of the network; empty for one that the assembly does not hold."""
    name: str
    way_out: WayOut
    members: frozenset[str]
    """Keys of the subnets."""
    subnets: tuple[Subnet, ...] = field(hash=False)


@dataclass(frozen=True)
class Grounds:
    """All subnets of an assembly."""

    assembly: Assembly
    known: tuple[Ground, ...]

    @classmethod
    def of(cls, assembly: Assembly) -> "Grounds":
        """Read them."""
        kinds: dict[tuple[str, WayOut, str], list[Resource]] = {}
        outs = _ways_out(assembly)
        for subnet in assembly.of_type(_SUBNET):
            network = key_of(assembly, subnet.stack, subnet.properties.get("VpcId")) or ""
            out = outs.get(key(subnet), WayOut.NONE)
            name = _tags(subnet).get("aws-cdk:subnet-name", _DEFAULT_NAMES[out])
            kinds.setdefault((network, out, name), []).append(subnet)
        gateways = {
            key_of(assembly, one.stack, one.properties.get("SubnetId"))
            for one in assembly.of_type("AWS::EC2::NatGateway")
        }
        known = [
            Ground(
                network=network,
                name=name,
                way_out=out,
                members=frozenset(map(key, subnets)),
                subnets=tuple(_subnet(subnet, gateways) for subnet in subnets),
            )
            for (network, out, name), subnets in kinds.items()
        ]
        return cls(assembly, tuple(sorted(known, key=lambda one: _ORDER.index(one.way_out))))

    def under(self, stack: str, subnets: Iterable[object]) -> Ground:
        """Return what something in these subnets stands on."""
        named = {key_of(self.assembly, stack, subnet) for subnet in subnets}
        for ground in self.known:
            if ground.members & named:
                return ground
        return _ELSEWHERE

    def beside(self, ground: Ground, *, is_open: bool) -> Ground:
        """Return where a load balancer stands for pods in some subnets of a network."""
        here = [one for one in self.known if one.network == ground.network]
        opened = [one for one in here if one.way_out is WayOut.INTERNET]
        return opened[0] if is_open and opened else ground


_ELSEWHERE = Ground(
    network="",
    name=_DEFAULT_NAMES[WayOut.UNKNOWN],
    way_out=WayOut.UNKNOWN,
    members=frozenset(),
    subnets=(),
)


def key(resource: Resource) -> str:
    """Return what a resource is found by, in all stacks."""
    return f"{resource.stack}/{resource.logical_id}"


def key_of(assembly: Assembly, stack: str, reference: object) -> str | None:
    """Return the key of the resource that a reference names; None if the assembly lacks it."""
    target = assembly.target(stack, str(reference))
    return key(target) if target else None


def label(resource: Resource) -> str:
    """Name a resource by its path, without the ids that the CDK gives to the resource itself."""
    named = [part for part in resource.path.split("/") if part not in {"Resource", "Default"}]
    return "/".join(named) or resource.path


def _ways_out(assembly: Assembly) -> Mapping[str, WayOut]:
    tables = dict(_default_routes(assembly))
    return {
        subnet: tables[table]
        for one in assembly.of_type("AWS::EC2::SubnetRouteTableAssociation")
        if (subnet := key_of(assembly, one.stack, one.properties.get("SubnetId")))
        and (table := key_of(assembly, one.stack, one.properties.get("RouteTableId"))) in tables
    }


def _default_routes(assembly: Assembly) -> Iterator[tuple[str | None, WayOut]]:
    for route in assembly.of_type("AWS::EC2::Route"):
        given: Mapping[str, Any] = route.properties
        if {given.get("DestinationCidrBlock"), given.get("DestinationIpv6CidrBlock")} & {
            *_EVERYWHERE
        }:
            out = WayOut.INTERNET if "GatewayId" in given else WayOut.NAT
            yield key_of(assembly, route.stack, given.get("RouteTableId")), out


def _subnet(resource: Resource, gateways: set[str | None]) -> Subnet:
    return Subnet(
        zone=str(resource.properties.get("AvailabilityZone", "a zone")),
        cidr=str(resource.properties.get("CidrBlock", "")),
        has_nat=key(resource) in gateways,
    )


def _tags(resource: Resource) -> Mapping[str, str]:
    return {tag["Key"]: tag["Value"] for tag in resource.properties.get("Tags", ())}
