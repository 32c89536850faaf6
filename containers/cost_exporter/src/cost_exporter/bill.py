"""Splits the price of each node among the services on it."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cost_exporter.cluster import IDLE, Cluster, Node, Owner, Pod
from cost_exporter.prices import Prices


@dataclass(frozen=True, kw_only=True)
class Bill:
    """What a cluster costs in an hour, as it is now."""

    nodes: Mapping[Node, float]
    """USD of each node whose price is known."""
    services: Mapping[Owner, float]
    """USD of each owner on these nodes; together as much as the nodes."""
    gpus: Mapping[Owner, float]
    """GPUs of each owner on these nodes, shared ones in parts."""
    unpriced: Sequence[Node]
    """Nodes without a price, which are in nothing else."""
    on_unpriced: frozenset[Owner]
    """Owners of pods on them."""


def bill(cluster: Cluster, prices: Prices) -> Bill:
    """Price what is known; of the rest say that it is not."""
    pods: dict[str, list[Pod]] = {node.name: [] for node in cluster.nodes}
    for pod in cluster.pods:
        # A node that was deleted between the two lists costs no more.
        if pod.node in pods:
            pods[pod.node].append(pod)
    nodes, unpriced = {}, []
    services: defaultdict[Owner, float] = defaultdict(float)
    gpus: defaultdict[Owner, float] = defaultdict(float)
    for node in cluster.nodes:
        kind = prices.types.get(node.instance_type)
        usd = kind.usd_per_hour.get(node.capacity_type) if kind else None
        if kind is None or usd is None:
            unpriced.append(node)
            continue
        nodes[node] = usd
        shares = split(usd, node, pods[node.name], has_gpus=kind.gpus > 0)
        for owner, share in shares.items():
            services[owner] += share
        for owner, held in gpus_of(node, pods[node.name], kind.gpus).items():
            gpus[owner] += held
    return Bill(
        nodes=nodes,
        services=services,
        gpus=gpus,
        unpriced=unpriced,
        on_unpriced=frozenset(pod.owner for node in unpriced for pod in pods[node.name]),
    )


def split(usd: float, node: Node, pods: Sequence[Pod], *, has_gpus: bool) -> dict[Owner, float]:
    """Give each owner its share of a node, and what nobody asked for to `IDLE`.

    A machine with GPUs is paid for its GPUs: its pods share it by slices. On others each pod counts
    with the larger of its shares of CPU and memory, since that much nobody else can have.
    """
    shares: defaultdict[Owner, float] = defaultdict(float)
    for pod in pods:
        shares[pod.owner] += _share(pod, node, has_gpus=has_gpus)
    # One pod with all CPUs and another with all memory would pay it twice.
    whole = max(1.0, math.fsum(shares.values()))
    costs = {owner: usd * share / whole for owner, share in shares.items()}
    return costs | {IDLE: max(0.0, usd - math.fsum(costs.values()))}


def gpus_of(node: Node, pods: Sequence[Pod], gpus: int) -> dict[Owner, float]:
    """Count each owner's GPUs of a node, and those of nobody."""
    if not gpus:
        return {}
    held: defaultdict[Owner, float] = defaultdict(float)
    for pod in pods:
        if pod.requests.slices:
            held[pod.owner] += gpus * _part(pod.requests.slices, node.slices)
    return dict(held) | {IDLE: max(0.0, gpus - math.fsum(held.values()))}


def _share(pod: Pod, node: Node, *, has_gpus: bool) -> float:
    asked, offered = pod.requests, node.allocatable
    if has_gpus:
        return _part(asked.slices, offered.slices)
    return max(_part(asked.cpu, offered.cpu), _part(asked.memory, offered.memory))


def _part(asked: float, offered: float) -> float:
    """Return the share; of a node that offers nothing (yet) nobody has one."""
    return asked / offered if offered else 0.0
