"""Nodes: their machines, on demand or spot, the root volumes of these, what spot saves."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from catalog.prices import Price
from plan.cost.finding import MACHINES, Line, Saving, by_the_hour, quote, quote_any
from plan.cost.volumes import volume_lines
from plan.model.assembly import Assembly, Resource
from plan.model.clusters import Placement
from plan.model.figures import Scale, figure, ordered
from plan.model.kubernetes import kubernetes_objects
from plan.model.node_pools import SPOT, NodePool, gib_of, node_pools
from plan.model.nodes import DISK_GIB, MACHINE, NODE_GROUP, SCALING, group_name, launch_template
from plan.model.volumes import EbsVolume

_DISK = {"VolumeSize": DISK_GIB, "VolumeType": "gp3"}
"""What EKS takes where a node group says nothing."""


@dataclass(frozen=True, kw_only=True)
class BilledNodes:
    """The machines of a node group or node pool, as they are billed."""

    stack: str
    owner: str
    """The name of the group or pool."""
    region: str
    types: tuple[str, ...]
    is_spot: bool
    takes_any: bool
    """Whether it may get any of its types on demand, and not the one named first."""
    nodes: Scale
    disks: tuple[Mapping[str, Any], ...] = field(repr=False, hash=False)


def billed_nodes(assembly: Assembly, placements: Iterable[Placement]) -> list[BilledNodes]:
    """Return what each node group and node pool of an assembly runs on."""
    started = {
        (one.cluster.stack, group): Decimal(count)
        for one in placements
        for group, count in one.nodes.items()
    }
    return [
        *(
            _machines(assembly, group, group_name(group, assembly))
            for group in assembly.of_type(NODE_GROUP)
        ),
        *(
            _of_pool(assembly, pool, started.get((pool.applied.stack, pool.name), Decimal(0)))
            for pool in node_pools(kubernetes_objects(assembly))
        ),
    ]


def node_lines(group: BilledNodes) -> Iterator[Line]:
    """Return what a node group costs; a spot group at the price of spot."""
    if group.is_spot:
        price = quote_any(group.region, "ec2-spot", group.types)
        yield _line(group, f"{' or '.join(group.types)}, spot", price)
    else:
        yield on_demand(group)
    for disk in group.disks:
        yield from volume_lines(
            stack=group.stack,
            owner=group.owner,
            region=group.region,
            count=group.nodes,
            volume=EbsVolume(
                name="root volumes",
                kind=str(disk.get("VolumeType", "gp2")),
                size_gb=ordered(group.owner, disk, "VolumeSize") or Decimal(0),
                iops=ordered(group.owner, disk, "Iops"),
                throughput_mibps=ordered(group.owner, disk, "Throughput"),
            ),
        )


def on_demand(group: BilledNodes) -> Line:
    """Return what the machines cost on demand: for a group EKS takes the type named first."""
    if group.takes_any:
        price = quote_any(group.region, "ec2", group.types)
        return _line(group, f"{' or '.join(group.types)}, on demand", price)
    price = quote(group.region, f"ec2.{group.types[0]}")
    return _line(group, f"{group.types[0]}, on demand", price)


def _line(group: BilledNodes, what: str, price: Price | str) -> Line:
    return by_the_hour(
        stack=group.stack,
        part=MACHINES,
        owner=group.owner,
        what=what,
        count=group.nodes,
        price=price,
    )


def _machines(assembly: Assembly, group: Resource, owner: str) -> BilledNodes:
    properties = group.properties
    launched = launch_template(group, assembly)
    scaling = {**SCALING, **properties.get("ScalingConfig", {})}
    sizes = (figure(owner, size, scaling[size]) for size in ("MinSize", "DesiredSize", "MaxSize"))
    disks = [
        mapping["Ebs"] for mapping in launched.get("BlockDeviceMappings", ()) if "Ebs" in mapping
    ]
    return BilledNodes(
        stack=group.stack,
        owner=owner,
        region=assembly.region_of(group),
        types=tuple(properties.get("InstanceTypes") or [launched.get("InstanceType", MACHINE)]),
        is_spot=properties.get("CapacityType") == "SPOT",
        takes_any=False,
        nodes=Scale(*sizes),
        disks=tuple(disks) or ({**_DISK, "VolumeSize": properties.get("DiskSize", DISK_GIB)},),
    )


def _of_pool(assembly: Assembly, pool: NodePool, started: Decimal) -> BilledNodes:
    """Return it with as many as the fewest pods have started, and at its limit at most."""
    return BilledNodes(
        stack=pool.applied.stack,
        owner=pool.name,
        region=assembly.region_of(pool.applied.resource),
        types=pool.types,
        is_spot=SPOT in pool.capacities,
        takes_any=True,
        nodes=Scale(started, started, Decimal(pool.maximum)),
        disks=tuple(
            {
                "VolumeType": disk.get("volumeType", "gp3"),
                "VolumeSize": gib_of(disk),
                **{
                    name.capitalize(): disk[name] for name in ("iops", "throughput") if name in disk
                },
            }
            for disk in pool.disks
        ),
    )


def savings(groups: Iterable[BilledNodes]) -> Iterator[Saving]:
    """Return it for each type of each spot group that has no node without pods."""
    for group in groups:
        if group.is_spot and not group.nodes.usual:
            for name in group.types:
                prices = [quote(group.region, f"{kind}.{name}") for kind in ("ec2", "ec2-spot")]
                match prices:
                    case [Price() as on_demand, Price() as spot]:
                        yield Saving(
                            group=group.owner, machine=name, on_demand=on_demand, spot=spot
                        )
