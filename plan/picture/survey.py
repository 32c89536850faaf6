"""Reads from an assembly what the picture shows."""

from collections.abc import Iterable
from dataclasses import dataclass

from plan.model.assembly import Assembly
from plan.model.clusters import Placement
from plan.picture.flows import Traffic, links
from plan.picture.network import Ground, Grounds, key, label
from plan.picture.pods import StandingCluster, clusters
from plan.picture.scene import Entrance, Flow, Pods, Scene, Tier
from plan.picture.stores import Standing, steps, stores

_VPC = "AWS::EC2::VPC"
_SEPARATOR = " \N{MIDDLE DOT} "


def scenes(assembly: Assembly, placements: Iterable[Placement]) -> tuple[Scene, ...]:
    """Return one scene for each network, and one for what belongs to none.

    Raise `PlanError` for what cannot be read.
    """
    grounds = Grounds.of(assembly)
    standing_clusters = clusters(placements, grounds)
    standing_stores = (*steps(assembly), *stores(assembly, grounds))
    traffic = Traffic(assembly)
    shown = {member: one.store.key for one in standing_stores for member in one.members}
    survey = _Survey(
        assembly=assembly,
        grounds=grounds,
        clusters=tuple(standing_clusters),
        stores=standing_stores,
        entrances=tuple(_placed(traffic, standing_clusters, grounds)),
        flows=tuple(
            dict.fromkeys(
                [*traffic.calls(), *traffic.uses(shown), *links(assembly, standing_stores)]
            )
        ),
    )
    return survey.scenes()


def _placed(
    traffic: Traffic, standing: list[StandingCluster], grounds: Grounds
) -> list[tuple[Ground, Entrance]]:
    """Put each load balancer where its cluster is."""
    where: dict[str, Ground] = {}
    for one in standing:
        where.setdefault(one.key, one.ground)
    return [
        (grounds.beside(where[cluster], is_open=entrance.is_open), entrance)
        for cluster, entrance in traffic.entrances()
        if cluster in where
    ]


@dataclass(frozen=True, kw_only=True)
class _Survey:
    assembly: Assembly
    grounds: Grounds
    clusters: tuple[StandingCluster, ...]
    stores: tuple[Standing, ...]
    entrances: tuple[tuple[Ground, Entrance], ...]
    flows: tuple[Flow, ...]

    def scenes(self) -> tuple[Scene, ...]:
        """Put together what belongs to each network, and what to none."""
        grounds = dict.fromkeys(
            [
                *self.grounds.known,
                *(one.ground for one in self.clusters),
                *(one.ground for one in self.stores if one.ground),
            ]
        )
        networks = dict.fromkeys(ground.network for ground in grounds)
        found = [
            self._scene(network, [one for one in grounds if one.network == network])
            for network in networks
        ]
        rest = tuple(one.store for one in self.stores if self._home(one) not in networks)
        keys = {one.key for one in rest}
        flows = tuple(flow for flow in self.flows if flow.source in keys)
        alone = Scene(name="In no network", detail="", tiers=(), regional=rest, flows=flows)
        return (*found, alone) if rest else tuple(found)

    def _scene(self, network: str, grounds: list[Ground]) -> Scene:
        vpcs = [one for one in self.assembly.of_type(_VPC) if key(one) == network]
        keys = {pods.key for one in self.clusters if one.ground in grounds for pods in _pods(one)}
        keys |= {one.store.key for one in self.stores if self._home(one) == network}
        details = [
            detail
            for vpc in vpcs
            for detail in (vpc.properties.get("CidrBlock"), self.assembly.stack(vpc.stack).region)
        ]
        return Scene(
            name=" ".join(f"{label(vpc)} of {vpc.stack}" for vpc in vpcs)
            or "A network that is not in the assembly",
            detail=_SEPARATOR.join(str(detail) for detail in details if detail),
            tiers=tuple(map(self._tier, grounds)),
            regional=tuple(
                one.store
                for one in self.stores
                if one.ground is None and self._home(one) == network
            ),
            flows=tuple(flow for flow in self.flows if flow.source in keys),
        )

    def _tier(self, ground: Ground) -> Tier:
        return Tier(
            name=ground.name,
            way_out=ground.way_out,
            subnets=ground.subnets,
            entrances=tuple(entrance for where, entrance in self.entrances if where == ground),
            clusters=tuple(one.cluster for one in self.clusters if one.ground == ground),
            stores=tuple(one.store for one in self.stores if one.ground == ground),
        )

    def _home(self, standing: Standing) -> str | None:
        """Return the network of a store: its own, or the only one that its stack builds upon."""
        if standing.ground:
            return standing.ground.network
        built_upon = self.assembly.only(standing.stack).of_type(_VPC)
        return key(built_upon[0]) if len(built_upon) == 1 else None


def _pods(standing: StandingCluster) -> list[Pods]:
    cluster = standing.cluster
    return [*cluster.waiting, *(pods for group in cluster.groups for pods in group.pods)]
