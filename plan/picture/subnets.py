"""Networks, and their subnets by the way they have to the internet."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from plan.model.assembly import Assembly, Resource
from plan.picture.diagram import InternetRoute, Subnet

_SUBNET = "AWS::EC2::Subnet"
_EVERYWHERE = ("0.0.0.0/0", "::/0")
_DEFAULT_NAMES = {
    InternetRoute.INTERNET: "Public",
    InternetRoute.NAT: "Private",
    InternetRoute.NONE: "Isolated",
    InternetRoute.UNKNOWN: "Subnets",
}
_ORDER = list(_DEFAULT_NAMES)


@dataclass(frozen=True, kw_only=True)
class SubnetTier:
    """Subnets of a kind in all zones: public, private, isolated."""

    network: str
    """The key of the network; empty for one that the assembly does not hold."""
    name: str
    internet_route: InternetRoute
    members: frozenset[str]
    """Keys of the subnets."""
    subnets: tuple[Subnet, ...] = field(hash=False)


@dataclass(frozen=True)
class SubnetTiers:
    """All subnets of an assembly."""

    assembly: Assembly
    known: tuple[SubnetTier, ...]

    @classmethod
    def of(cls, assembly: Assembly) -> "SubnetTiers":
        kinds: dict[tuple[str, InternetRoute, str], list[Resource]] = {}
        outs = _ways_out(assembly)
        for subnet in assembly.of_type(_SUBNET):
            network = key_of(assembly, subnet.stack, subnet.properties.get("VpcId")) or ""
            out = outs.get(key(subnet), InternetRoute.NONE)
            name = _tags(subnet).get("aws-cdk:subnet-name", _DEFAULT_NAMES[out])
            kinds.setdefault((network, out, name), []).append(subnet)
        gateways = {
            key_of(assembly, one.stack, one.properties.get("SubnetId"))
            for one in assembly.of_type("AWS::EC2::NatGateway")
        }
        known = [
            SubnetTier(
                network=network,
                name=name,
                internet_route=out,
                members=frozenset(map(key, subnets)),
                subnets=tuple(_subnet(subnet, gateways) for subnet in subnets),
            )
            for (network, out, name), subnets in kinds.items()
        ]
        return cls(assembly, tuple(sorted(known, key=lambda one: _ORDER.index(one.internet_route))))

    def under(self, stack: str, subnets: Iterable[object]) -> SubnetTier:
        """Return the tier of something in these subnets."""
        named = {key_of(self.assembly, stack, subnet) for subnet in subnets}
        for subnet_tier in self.known:
            if subnet_tier.members & named:
                return subnet_tier
        return _ELSEWHERE

    def beside(self, subnet_tier: SubnetTier, *, is_open: bool) -> SubnetTier:
        """Return the tier of a load balancer for pods in some subnets of a network."""
        here = [one for one in self.known if one.network == subnet_tier.network]
        opened = [one for one in here if one.internet_route is InternetRoute.INTERNET]
        return opened[0] if is_open and opened else subnet_tier


_ELSEWHERE = SubnetTier(
    network="",
    name=_DEFAULT_NAMES[InternetRoute.UNKNOWN],
    internet_route=InternetRoute.UNKNOWN,
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


def _ways_out(assembly: Assembly) -> Mapping[str, InternetRoute]:
    tables = dict(_default_routes(assembly))
    return {
        subnet: tables[table]
        for one in assembly.of_type("AWS::EC2::SubnetRouteTableAssociation")
        if (subnet := key_of(assembly, one.stack, one.properties.get("SubnetId")))
        and (table := key_of(assembly, one.stack, one.properties.get("RouteTableId"))) in tables
    }


def _default_routes(assembly: Assembly) -> Iterator[tuple[str | None, InternetRoute]]:
    for route in assembly.of_type("AWS::EC2::Route"):
        given: Mapping[str, Any] = route.properties
        if {given.get("DestinationCidrBlock"), given.get("DestinationIpv6CidrBlock")} & {
            *_EVERYWHERE
        }:
            out = InternetRoute.INTERNET if "GatewayId" in given else InternetRoute.NAT
            yield key_of(assembly, route.stack, given.get("RouteTableId")), out


def _subnet(resource: Resource, gateways: set[str | None]) -> Subnet:
    return Subnet(
        zone=str(resource.properties.get("AvailabilityZone", "a zone")),
        cidr=str(resource.properties.get("CidrBlock", "")),
        has_nat=key(resource) in gateways,
    )


def _tags(resource: Resource) -> Mapping[str, str]:
    return {tag["Key"]: tag["Value"] for tag in resource.properties.get("Tags", ())}
