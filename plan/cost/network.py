"""Gateways, endpoints, public addresses, and the load balancers that Kubernetes orders."""

from collections.abc import Iterator

from plan.assembly import Assembly, Resource
from plan.cost.finding import Line
from plan.cost.quotes import by_the_hour, quote, region_of
from plan.cost.scale import Scale
from plan.cost.workloads import cluster_of
from plan.kubernetes import KubernetesObject, kubernetes_objects

_NETWORK = "network"
_BALANCERS = "load balancers"
_ANNOTATION = "alb.ingress.kubernetes.io"
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
        price=quote(region_of(assembly, resource), name),
    )


def balancers(assembly: Assembly) -> dict[tuple[str, str], KubernetesObject]:
    """Return one Ingress for each load balancer, by its cluster and its group.

    The controller makes one for all Ingress objects of a group, else one for each.
    """
    found: dict[tuple[str, str], KubernetesObject] = {}
    for one in kubernetes_objects(assembly):
        if one.kind == "Ingress" and _is_alb(one):
            alone = f"{one.namespace}/{one.name}"
            group = str(_annotations(one).get(f"{_ANNOTATION}/group.name", alone))
            found.setdefault((cluster_of(assembly, one), group), one)
    return found


def balancer_lines(assembly: Assembly) -> Iterator[Line]:
    """Return what load balancers cost, and the addresses of those that face the internet."""
    for (_, group), one in balancers(assembly).items():
        region = assembly.stack(one.stack).region
        yield by_the_hour(
            stack=one.stack,
            part=_BALANCERS,
            owner=group,
            what="Application Load Balancer",
            count=Scale.fixed(1),
            price=quote(region, "alb.hour"),
        )
        if _annotations(one).get(f"{_ANNOTATION}/scheme") == "internet-facing":
            yield by_the_hour(
                stack=one.stack,
                part=_BALANCERS,
                owner=group,
                what="public IPv4 addresses, one in each public subnet",
                count=Scale.fixed(_public_subnets(assembly.only(one.stack))),
                price=quote(region, "ipv4.hour"),
            )


def _is_alb(ingress: KubernetesObject) -> bool:
    named = ingress.document.get("spec", {}).get("ingressClassName")
    return "alb" in (named, _annotations(ingress).get("kubernetes.io/ingress.class"))


def _annotations(one: KubernetesObject) -> dict[str, str]:
    return one.document["metadata"].get("annotations") or {}


def _public_subnets(assembly: Assembly) -> int:
    """Count the subnets in which the controller puts load balancers that face the internet."""
    found = sum(
        {"Key": "kubernetes.io/role/elb", "Value": "1"} in subnet.properties.get("Tags", [])
        for subnet in assembly.of_type("AWS::EC2::Subnet")
    )
    return max(found, _LEAST_ZONES)
