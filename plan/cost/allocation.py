"""Cost allocation: a node group's cost by pod requests; the remainder is idle."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, Decimal

from plan.cost.finding import GroupAllocation, Line, Share, total
from plan.model.clusters import Placement
from plan.model.nodes import NodeGroup
from plan.model.quantities import CPU, GPU, MEMORY, MIB, Amounts

_CENT, _FRACTION = Decimal("0.01"), Decimal("0.0001")
_ADD_ONS = "add-ons"


@dataclass(frozen=True, eq=False, kw_only=True)
class _Group:
    nodes: NodeGroup
    size: int
    gpus: int
    asked: dict[str, dict[str, int]]


def allocate(placements: Iterable[Placement], lines: Iterable[Line]) -> Iterator[GroupAllocation]:
    """Allocate the cost of node groups to services, at usual scale.

    Groups with GPUs are shared by GPUs, or by the slices of them, others half by CPU and half by
    memory, of what their nodes hand out.
    """
    lines = list(lines)
    for placement in placements:
        for nodes in placement.cluster.groups:
            group = _Group(
                nodes=nodes,
                size=placement.nodes.get(nodes.name, 0),
                gpus=placement.gpus.get(nodes.name, 0),
                asked=_asked(placement, nodes.name),
            )
            yield _shared(group, lines)


def _asked(placement: Placement, group: str) -> dict[str, dict[str, int]]:
    """Add up by service what the pods on a group ask for."""
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for workload in placement.cluster.workloads:
        service = _ADD_ONS if workload.is_add_on else workload.service
        if pods := placement.at_minimum.get((group, workload.key), 0):
            for resource, amount in workload.running.requests.items():
                name = GPU if resource.startswith(GPU) else resource
                found[service][name] += amount * pods
    return found


def _shared(group: _Group, lines: Iterable[Line]) -> GroupAllocation:
    nodes, machine = group.size, group.nodes.machine
    whole = GroupAllocation(
        stack=group.nodes.resource.stack,
        group=group.nodes.name,
        cpu_milli=nodes * machine.allocatable_cpu_milli,
        memory_bytes=nodes * machine.allocatable_memory_mib * MIB,
        gpus=group.gpus,
        usd=Decimal(0),
        shares=(),
    )
    usd = total(line for line in lines if whole.pays(line)).usual
    shares = (_share(whole, usd, service, asked) for service, asked in sorted(group.asked.items()))
    return replace(whole, usd=usd, shares=tuple(share for share in shares if share.fraction))


def _share(whole: GroupAllocation, usd: Decimal, service: str, asked: Amounts) -> Share:
    cpu_milli, memory_bytes, gpus = (asked.get(one, 0) for one in (CPU, MEMORY, GPU))
    if not whole.cpu_milli:
        fraction = Decimal(0)  # a group without nodes at usual scale has nothing to share
    elif whole.gpus:
        fraction = Decimal(gpus) / whole.gpus
    else:
        by_cpu, by_memory = (
            Decimal(cpu_milli) / whole.cpu_milli,
            Decimal(memory_bytes) / whole.memory_bytes,
        )
        fraction = (by_cpu + by_memory) / 2
    fraction = fraction.quantize(_FRACTION, ROUND_DOWN)
    return Share(
        service=service,
        cpu_milli=cpu_milli,
        memory_bytes=memory_bytes,
        gpus=gpus,
        fraction=fraction,
        # Down, as the fraction: a cent that no service has is idle, and never one too many given.
        usd=(usd * fraction).quantize(_CENT, ROUND_DOWN),
    )
