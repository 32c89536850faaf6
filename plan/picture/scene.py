"""The nouns of the picture: a network with all that stands in it."""

from dataclasses import dataclass
from enum import Enum
from typing import Literal


class WayOut(Enum):
    """How a subnet reaches the internet."""

    INTERNET = "open to the internet gateway"
    NAT = "out through NAT gateways only"
    NONE = "no way out"
    UNKNOWN = "not in the assembly"


@dataclass(frozen=True, kw_only=True)
class Subnet:
    """A subnet in its zone."""

    zone: str
    cidr: str
    has_nat: bool
    """Whether a NAT gateway stands in it."""


@dataclass(frozen=True, kw_only=True)
class Door:
    """A port of an entrance, and the pods behind it."""

    port: str
    protocol: str
    pods: str
    """The key of the pods."""


@dataclass(frozen=True, kw_only=True)
class Entrance:
    """A load balancer."""

    name: str
    kind: str
    is_open: bool
    """Whether it faces the internet."""
    doors: tuple[Door, ...]

    @property
    def key(self) -> str:
        return f"entrance {self.name}"


@dataclass(frozen=True, kw_only=True)
class Pods:
    """The pods of a workload."""

    key: str
    name: str
    kind: str
    here: int
    """How many of them are on this node group at minimum scale, or wait for a node."""
    minimum: int
    maximum: int
    asks: str
    """What each of them asks for."""


@dataclass(frozen=True, kw_only=True)
class NodeGroup:
    """Nodes of a kind with the pods that the scheduler puts there."""

    name: str
    machines: str
    zones: tuple[tuple[str, int], ...]
    """Zones with the number of nodes in each."""
    pods: tuple[Pods, ...]
    add_ons: tuple[Pods, ...]


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """A cluster with those of its node groups that stand in one tier."""

    name: str
    detail: str
    groups: tuple[NodeGroup, ...]
    waiting: tuple[Pods, ...]
    """Pods that find no node."""


@dataclass(frozen=True, kw_only=True)
class Store:
    """What keeps data, or works, without nodes."""

    key: str
    name: str
    kind: str
    detail: str
    look: Literal["store", "step", "entrance"] = "store"
    """A step works, an entrance lets somebody in from the internet."""


@dataclass(frozen=True)
class Flow:
    """Somebody uses something: keys of pods and of stores."""

    source: str
    target: str


@dataclass(frozen=True, kw_only=True)
class Tier:
    """Subnets of a kind in all zones, with what stands in them."""

    name: str
    way_out: WayOut
    subnets: tuple[Subnet, ...]
    entrances: tuple[Entrance, ...]
    clusters: tuple[Cluster, ...]
    stores: tuple[Store, ...]


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A network, and what its pods use outside of it."""

    name: str
    detail: str
    tiers: tuple[Tier, ...]
    regional: tuple[Store, ...]
    flows: tuple[Flow, ...]
