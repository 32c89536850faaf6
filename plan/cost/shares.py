"""Whose the machines are: a node group's cost by what pods ask for, and the room left."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal

from catalog import UnknownFactError, add_on
from plan.assembly import Assembly
from plan.capacity.nodes import NodeGroup, node_group
from plan.capacity.quantities import CPU, GPU, MEMORY, MIB, Amounts
from plan.capacity.requests import requests
from plan.capacity.selectors import node_selection
from plan.capacity.taints import Toleration, tolerations
from plan.cost.finding import GroupShares, Line, Share, total
from plan.cost.machines import Machines
from plan.cost.scale import cents
from plan.cost.workloads import cluster_of, named, workloads
from plan.failure import PlanError
from plan.kubernetes import helm_releases, kubernetes_objects

_FRACTION = Decimal("0.0001")
_ANY = (Toleration(operator="Exists"),)
_ADD_ONS = "add-ons"


@dataclass(frozen=True, eq=False, kw_only=True)
class _Group:
    stack: str
    owner: str
    cluster: str
    nodes: NodeGroup
    asked: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))

    def take(self, service: str, amounts: Amounts, pods: int) -> None:
        known = self.asked[service]
        for resource, amount in amounts.items():
            known[resource] = known.get(resource, 0) + amount * pods


def share_out(
    assembly: Assembly, groups: Iterable[Machines], lines: Iterable[Line]
) -> Iterator[GroupShares]:
    """Share the cost of node groups out, at usual scale.

    A pod counts for the first group that lets it in by labels and taints. Groups with GPUs are
    shared by GPUs, others half by CPU and half by memory, of what their nodes hand out.
    """
    shared = list(_groups(assembly, groups))
    _place_pods(assembly, shared)
    _place_add_ons(assembly, shared)
    lines = list(lines)
    for group in shared:
        yield _shared(group, lines)


def _groups(assembly: Assembly, groups: Iterable[Machines]) -> Iterator[_Group]:
    for group in groups:
        resource = group.group
        try:
            nodes = node_group(resource, assembly)
        except PlanError:
            continue  # machines that the catalog does not know stay whole: they cannot be divided
        cluster = named(assembly, resource.stack, str(resource.properties.get("ClusterName")))
        yield _Group(stack=resource.stack, owner=group.owner, cluster=cluster, nodes=nodes)


def _place_pods(assembly: Assembly, groups: list[_Group]) -> None:
    objects = kubernetes_objects(assembly)
    for workload in workloads(assembly, objects):
        spec = workload.object.document["spec"]["template"]["spec"]
        cluster = cluster_of(assembly, workload.object)
        for group in groups:
            tolerated = tolerations(spec.get("tolerations"))
            if group.cluster == cluster and group.nodes.lets_in(tolerated, node_selection(spec)):
                group.take(workload.object.service, requests(spec), int(workload.pods.usual))
                break
    for one in objects:
        if one.kind == "DaemonSet" and one.pod_template:
            spec = one.pod_template["spec"]
            for group in groups:
                tolerated = tolerations(spec.get("tolerations"))
                if group.cluster == cluster_of(assembly, one) and group.nodes.lets_in(
                    tolerated, node_selection(spec)
                ):
                    group.take(one.service, requests(spec), group.nodes.desired)


def _place_add_ons(assembly: Assembly, groups: list[_Group]) -> None:
    names = [
        (
            named(assembly, one.stack, str(one.properties["ClusterName"])),
            one.properties["AddonName"],
        )
        for one in assembly.of_type("AWS::EKS::Addon")
    ] + [(cluster_of(assembly, one), one.chart) for one in helm_releases(assembly)]
    for cluster, name in names:
        try:
            all_pods = add_on(name).pods
        except UnknownFactError:
            continue
        near = [group for group in groups if group.cluster == cluster]
        for pods in all_pods:
            amounts = {CPU: pods.cpu_milli, MEMORY: pods.memory_mib * MIB}
            for group in near:
                if pods.kind == "DaemonSet" and group.nodes.lets_in(_ANY, None):
                    group.take(_ADD_ONS, amounts, group.nodes.desired)
                elif pods.kind == "Deployment" and group.nodes.lets_in((), None):
                    group.take(_ADD_ONS, amounts, pods.replicas)
                    break


def _shared(group: _Group, lines: Iterable[Line]) -> GroupShares:
    nodes, machine = group.nodes.desired, group.nodes.machine
    whole = GroupShares(
        stack=group.stack,
        group=group.owner,
        cpu_milli=nodes * machine.allocatable_cpu_milli,
        memory_bytes=nodes * machine.allocatable_memory_mib * MIB,
        gpus=nodes * machine.gpus,
        usd=Decimal(0),
        shares=(),
    )
    usd = total(line for line in lines if whole.pays(line)).usual
    shares = (_share(whole, usd, service, asked) for service, asked in sorted(group.asked.items()))
    return replace(whole, usd=usd, shares=tuple(share for share in shares if share.fraction))


def _share(whole: GroupShares, usd: Decimal, service: str, asked: Amounts) -> Share:
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
    fraction = fraction.quantize(_FRACTION, ROUND_HALF_UP)
    return Share(
        service=service,
        cpu_milli=cpu_milli,
        memory_bytes=memory_bytes,
        gpus=gpus,
        fraction=fraction,
        usd=cents(usd * fraction),
    )
