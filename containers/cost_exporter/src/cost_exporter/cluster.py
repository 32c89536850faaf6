"""What costs are shared by: nodes with what they offer, pods with what they ask for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self


class Owner(NamedTuple):
    """Who a cost is of."""

    namespace: str
    service: str


IDLE = Owner("", "idle")
"""The rest of each node, which belongs to no namespace."""


@dataclass(frozen=True, kw_only=True)
class Amount:
    """Of a node or for a pod: cores, bytes, and GPUs as Kubernetes counts them.

    A GPU that several pods share is counted several times, once for each slice.
    """

    cpu: float = 0.0
    memory: float = 0.0
    slices: float = 0.0

    def __add__(self, other: Self) -> Self:
        return type(self)(
            cpu=self.cpu + other.cpu,
            memory=self.memory + other.memory,
            slices=self.slices + other.slices,
        )

    def at_least(self, other: Self) -> Self:
        """Return the larger of the two, for each resource."""
        return type(self)(
            cpu=max(self.cpu, other.cpu),
            memory=max(self.memory, other.memory),
            slices=max(self.slices, other.slices),
        )


@dataclass(frozen=True, kw_only=True)
class Node:
    """One machine; what is not known of it is empty."""

    name: str
    instance_type: str
    capacity_type: str
    """`on-demand`, `spot`, or what else Karpenter calls it."""
    allocatable: Amount
    slices: float
    """Of all GPUs, the broken ones too."""


@dataclass(frozen=True, kw_only=True)
class Pod:
    """A pod that holds room on a node."""

    node: str
    owner: Owner
    requests: Amount


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """All nodes and pods at one moment."""

    nodes: Sequence[Node]
    pods: Sequence[Pod]
