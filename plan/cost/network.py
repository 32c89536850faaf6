"""Gateways, endpoints, public addresses, and the load balancers that Kubernetes orders."""

from collections.abc import Iterator

from plan.cost.finding import Line, by_the_hour, quote
from plan.model.assembly import Assembly, Resource
from plan.model.figures import Scale
from plan.model.load_balancers import ingress_groups

_NETWORK = "network"
_BALANCERS = "load balancers"
_LEAST_ZONES = 2
"""An Application Load Balancer stands in at least two zones."""


def network_lines(assembly: Assembly) -> Iterator[Line]:
    """Return what gateways, addresses and interface endpoints cost by being there."""
    for gateway in assembly.of_type("AWS::EC2::NatGateway"):
        yield _line(assembly, gateway, "NAT gateways", "nat.hour")
    for address in assembly.of_type("AWS::EC2::EIP"):
        yield _line(assembly, address, "public IPv4 addresses", "ipv4.hour")
    for endpoint in assembly.of_type("AWS::EC2::VPCEndpoint"):
        if endpoint.properties.get("VpcEndpointType") == "Interface":
            zones = len(endpoint.properties.get("SubnetIds", [])) or 1
            yield _line(
                assembly, endpoint, "interface endpoints by zone", "endpoint.hour", count=zones
            )


def _line(assembly: Assembly, resource: Resource, what: str, name: str, *, count: int = 1) -> Line:
    return by_the_hour(
        stack=resource.stack,
        part=_NETWORK,
        owner=resource.service,
        what=what,
        count=Scale.fixed(count),
        price=quote(assembly.region_of(resource), name),
    )


def balancer_lines(assembly: Assembly) -> Iterator[Line]:
    """Return what load balancers cost, and the addresses of those that face the internet."""
    for group in ingress_groups(assembly):
        first = group.ingresses[0]
        region = assembly.region_of(first.resource)
        yield by_the_hour(
            stack=first.stack,
            part=_BALANCERS,
            owner=group.name,
            what="Application Load Balancer",
            count=Scale.fixed(1),
            price=quote(region, "alb.hour"),
        )
        if group.is_internet_facing:
            yield by_the_hour(
                stack=first.stack,
                part=_BALANCERS,
                owner=group.name,
                what="public IPv4 addresses, one in each public subnet",
                count=Scale.fixed(_public_subnets(assembly.only(first.stack))),
                price=quote(region, "ipv4.hour"),
            )


def _public_subnets(assembly: Assembly) -> int:
    """Count the subnets in which the controller puts load balancers that face the internet."""
    found = sum(
        {"Key": "kubernetes.io/role/elb", "Value": "1"} in subnet.properties.get("Tags", [])
        for subnet in assembly.of_type("AWS::EC2::Subnet")
    )
    return max(found, _LEAST_ZONES)
