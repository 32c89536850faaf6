"""Node pools: machines that Karpenter starts for pods that wait, and ends when they are empty."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from settings.checks import require
from settings.nodes import NodeKind

_MOST_IDLE_SECONDS = 3600
"""An hour of a machine without work; whoever wants more wants a node group."""

_KARPENTERS_DOMAINS = ("kubernetes.io", "k8s.io", "karpenter.sh", "karpenter.k8s.aws")
"""Of the labels below them Karpenter writes those that it knows, and refuses the others."""


class Capacity(StrEnum):
    """How EC2 sells a pool's machines."""

    SPOT = "spot"
    ON_DEMAND = "on-demand"
    SPOT_FIRST = "spot, else on-demand"

    @property
    def types(self) -> tuple[str, ...]:
        """What Karpenter may ask for; where there is spot capacity, it asks for that first."""
        return ("spot", "on-demand") if self is Capacity.SPOT_FIRST else (self.value,)


@dataclass(frozen=True, kw_only=True)
class NodePool(NodeKind):
    """Machines that come for pods and go with them, as a NodePool of Karpenter.

    Of its instance types Karpenter takes the cheapest that is to be had and that fits the pods.
    """

    maximum: int
    """Machines at most."""
    capacity: Capacity
    idle_seconds: int
    """How long a machine stays on which no pod runs but those of DaemonSets."""
    renews_busy: bool = True
    """Whether a machine that is out of date is replaced while pods run on it, one at a time; else
    it goes when it is empty. No annotation of a pod can say so: one that keeps Karpenter from
    disrupting it keeps it also from being told that its spot machine goes."""
    noun: ClassVar[str] = "node pool"

    def __post_init__(self) -> None:
        super().__post_init__()
        require(
            self.maximum > 0, f"node pool {self.name} maximum", self.maximum, "must be at least 1"
        )
        require(
            0 <= self.idle_seconds <= _MOST_IDLE_SECONDS,
            f"node pool {self.name} idle_seconds",
            self.idle_seconds,
            f"must be from 0 to {_MOST_IDLE_SECONDS}",
        )
        for key in self.labels:
            domain = key.rpartition("/")[0]
            require(
                not any(f".{domain}".endswith(f".{one}") for one in _KARPENTERS_DOMAINS),
                f"node pool {self.name} label",
                key,
                "its domain is Kubernetes' or Karpenter's; use one of its own",
            )

    @property
    def minimum(self) -> int:
        """How many machines are always there."""
        return 0

    @property
    def largest(self) -> int:
        """How many machines there can be."""
        return self.maximum

    @property
    def spot(self) -> bool:
        """Whether EC2 may take its machines back."""
        return self.capacity is not Capacity.ON_DEMAND

    @property
    def node_labels(self) -> dict[str, str]:
        """All labels of its machines by which pods may select them."""
        return {"karpenter.sh/nodepool": self.name} | self.written_labels
