"""Reads from an assembly what the picture shows."""

from collections.abc import Iterable
from dataclasses import dataclass

from plan.model.assembly import Assembly
from plan.model.clusters import Placement
from plan.picture.connections import Connections, links
from plan.picture.diagram import Diagram, DrawnConnection, DrawnLoadBalancer, DrawnPods, Tier
from plan.picture.pods import PlacedCluster, clusters
from plan.picture.services import PlacedService, services, workflow_services
from plan.picture.subnets import SubnetTier, SubnetTiers, key, label

_VPC = "AWS::EC2::VPC"
_SEPARATOR = " \N{MIDDLE DOT} "


def diagrams(assembly: Assembly, placements: Iterable[Placement]) -> tuple[Diagram, ...]:
    """Return one diagram for each network, and one for what belongs to none.

    Raise `PlanError` for what cannot be read.
    """
    subnet_tiers = SubnetTiers.of(assembly)
    placed_clusters = clusters(placements, subnet_tiers)
    placed_services = (*workflow_services(assembly), *services(assembly, subnet_tiers))
    found = Connections(assembly)
    shown = {member: one.service.key for one in placed_services for member in one.members}
    survey = _Survey(
        assembly=assembly,
        subnet_tiers=subnet_tiers,
        clusters=tuple(placed_clusters),
        services=placed_services,
        load_balancers=tuple(_placed(found, placed_clusters, subnet_tiers)),
        connections=tuple(
            dict.fromkeys([*found.calls(), *found.uses(shown), *links(assembly, placed_services)])
        ),
    )
    return survey.diagrams()


def _placed(
    found: Connections, placed: list[PlacedCluster], subnet_tiers: SubnetTiers
) -> list[tuple[SubnetTier, DrawnLoadBalancer]]:
    where: dict[str, SubnetTier] = {}
    for one in placed:
        where.setdefault(one.key, one.subnet_tier)
    return [
        (subnet_tiers.beside(where[cluster], is_open=balancer.is_open), balancer)
        for cluster, balancer in found.load_balancers()
        if cluster in where
    ]


@dataclass(frozen=True, kw_only=True)
class _Survey:
    assembly: Assembly
    subnet_tiers: SubnetTiers
    clusters: tuple[PlacedCluster, ...]
    services: tuple[PlacedService, ...]
    load_balancers: tuple[tuple[SubnetTier, DrawnLoadBalancer], ...]
    connections: tuple[DrawnConnection, ...]

    def diagrams(self) -> tuple[Diagram, ...]:
        """Put together what belongs to each network, and what to none."""
        subnet_tiers = dict.fromkeys(
            [
                *self.subnet_tiers.known,
                *(one.subnet_tier for one in self.clusters),
                *(one.subnet_tier for one in self.services if one.subnet_tier),
            ]
        )
        networks = dict.fromkeys(subnet_tier.network for subnet_tier in subnet_tiers)
        found = [
            self._diagram(network, [one for one in subnet_tiers if one.network == network])
            for network in networks
        ]
        rest = tuple(one.service for one in self.services if self._home(one) not in networks)
        keys = {one.key for one in rest}
        connections = tuple(
            connection for connection in self.connections if connection.source in keys
        )
        alone = Diagram(
            name="In no network", detail="", tiers=(), regional=rest, connections=connections
        )
        return (*found, alone) if rest else tuple(found)

    def _diagram(self, network: str, subnet_tiers: list[SubnetTier]) -> Diagram:
        vpcs = [one for one in self.assembly.of_type(_VPC) if key(one) == network]
        keys = {
            pods.key
            for one in self.clusters
            if one.subnet_tier in subnet_tiers
            for pods in _pods(one)
        }
        keys |= {one.service.key for one in self.services if self._home(one) == network}
        details = [
            detail
            for vpc in vpcs
            for detail in (vpc.properties.get("CidrBlock"), self.assembly.stack(vpc.stack).region)
        ]
        return Diagram(
            name=" ".join(f"{label(vpc)} of {vpc.stack}" for vpc in vpcs)
            or "A network that is not in the assembly",
            detail=_SEPARATOR.join(str(detail) for detail in details if detail),
            tiers=tuple(map(self._tier, subnet_tiers)),
            regional=tuple(
                one.service
                for one in self.services
                if one.subnet_tier is None and self._home(one) == network
            ),
            connections=tuple(
                connection for connection in self.connections if connection.source in keys
            ),
        )

    def _tier(self, subnet_tier: SubnetTier) -> Tier:
        return Tier(
            name=subnet_tier.name,
            internet_route=subnet_tier.internet_route,
            subnets=subnet_tier.subnets,
            load_balancers=tuple(
                balancer for where, balancer in self.load_balancers if where == subnet_tier
            ),
            clusters=tuple(one.cluster for one in self.clusters if one.subnet_tier == subnet_tier),
            services=tuple(one.service for one in self.services if one.subnet_tier == subnet_tier),
        )

    def _home(self, placed: PlacedService) -> str | None:
        """Return the network of a service: its own, or the only one that its stack depends on."""
        if placed.subnet_tier:
            return placed.subnet_tier.network
        built_upon = self.assembly.only(placed.stack).of_type(_VPC)
        return key(built_upon[0]) if len(built_upon) == 1 else None


def _pods(placed: PlacedCluster) -> list[DrawnPods]:
    cluster = placed.cluster
    return [*cluster.waiting, *(pods for group in cluster.groups for pods in group.pods)]
