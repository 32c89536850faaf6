"""The nouns of the picture: a network with all that is in it."""

from dataclasses import dataclass
from enum import Enum
from typing import Literal


class InternetRoute(Enum):
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
class Listener:
    """A port of a load balancer, and the pods behind it."""

    port: str
    protocol: str
    pods: str
    """The key of the pods."""


@dataclass(frozen=True, kw_only=True)
class DrawnLoadBalancer:
    """A load balancer."""

    name: str
    kind: str
    is_open: bool
    """Whether it faces the internet."""
    listeners: tuple[Listener, ...]

    @property
    def key(self) -> str:
        return f"entrance {self.name}"


@dataclass(frozen=True, kw_only=True)
class DrawnPods:
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
class DrawnNodeGroup:
    """Nodes of a kind with the pods that the scheduler puts there."""

    name: str
    machines: str
    zones: tuple[tuple[str, int], ...]
    """Zones with the number of nodes in each."""
    pods: tuple[DrawnPods, ...]
    add_ons: tuple[DrawnPods, ...]


@dataclass(frozen=True, kw_only=True)
class DrawnCluster:
    """A cluster with those of its node groups that are in one tier of subnets."""

    name: str
    detail: str
    groups: tuple[DrawnNodeGroup, ...]
    waiting: tuple[DrawnPods, ...]
    """Pods that find no node."""


@dataclass(frozen=True, kw_only=True)
class ManagedService:
    """What keeps data, or works, without nodes."""

    key: str
    name: str
    kind: str
    detail: str
    box_kind: Literal["store", "step", "entrance"] = "store"
    """How its box is drawn: a step works, an entrance is reached from the internet."""


@dataclass(frozen=True)
class DrawnConnection:
    """Who uses what: keys of pods and of services."""

    source: str
    target: str


@dataclass(frozen=True, kw_only=True)
class Tier:
    """Subnets of a kind in all zones, with what is in them."""

    name: str
    internet_route: InternetRoute
    subnets: tuple[Subnet, ...]
    load_balancers: tuple[DrawnLoadBalancer, ...]
    clusters: tuple[DrawnCluster, ...]
    services: tuple[ManagedService, ...]


@dataclass(frozen=True, kw_only=True)
class Diagram:
    """A network, and what its pods use outside of it."""

    name: str
    detail: str
    tiers: tuple[Tier, ...]
    regional: tuple[ManagedService, ...]
    connections: tuple[DrawnConnection, ...]
