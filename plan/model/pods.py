"""Pods as the scheduler sees them."""

from dataclasses import dataclass
from functools import cached_property

from plan.model.devices import DevicePlugin
from plan.model.quantities import Amounts
from plan.model.requests import NamespaceQuota
from plan.model.selectors import Labels, NodeSelection, Selector
from plan.model.taints import Toleration


@dataclass(frozen=True, eq=False, kw_only=True)
class AffinityTerm:
    """Other pods, and the node label by whose values a pod is near them."""

    topology_key: str
    selector: Selector | None
    namespaces: frozenset[str]
    namespace_selector: Selector | None

    def selects(self, other: "PodTemplate") -> bool:
        if self.selector is None or not self.selector.matches(other.labels):
            return False
        return other.namespace in self.namespaces or (
            self.namespace_selector is not None
            and self.namespace_selector.matches(other.namespace_labels)
        )


@dataclass(frozen=True, eq=False, kw_only=True)
class SpreadConstraint:
    """How unevenly pods may lie over the values of a node label."""

    max_skew: int
    topology_key: str
    selector: Selector | None
    namespace: str
    honors_affinity: bool = True
    honors_taints: bool = False

    def selects(self, other: "PodTemplate") -> bool:
        return (
            self.selector is not None
            and other.namespace == self.namespace
            and self.selector.matches(other.labels)
        )


@dataclass(frozen=True, kw_only=True)
class PodClaim:
    """A claim for a volume."""

    key: str
    """Namespace and name."""
    is_zonal: bool
    """Whether its volume can be reached from one zone only."""
    waits_for_pod: bool
    """Whether its volume is made where its first pod is placed, and not before."""
    zones: frozenset[str] | None
    """The zones its class allows; None for all."""


@dataclass(frozen=True, eq=False, kw_only=True)
class PodTemplate:
    """What all pods of a workload have in common, in one revision."""

    namespace: str
    labels: Labels
    namespace_labels: Labels
    requests: Amounts
    scored_requests: tuple[int, int]
    """CPU in thousandths of a core and memory in bytes, as scores see them."""
    priority: int
    preempts: bool
    tolerations: tuple[Toleration, ...]
    node_selection: NodeSelection
    preferred_nodes: tuple[tuple[int, Selector], ...]
    anti_affinity: tuple[AffinityTerm, ...]
    """Required; required affinity is not modelled."""
    preferred_affinity: tuple[tuple[int, AffinityTerm], ...]
    """With their weights; below zero for anti-affinity."""
    hard_spread: tuple[SpreadConstraint, ...]
    soft_spread: tuple[SpreadConstraint, ...]
    charged: Amounts
    """What each counts for in the quotas of its namespace."""
    quotas: tuple[NamespaceQuota, ...]
    devices: DevicePlugin | None = None
    """What its pods make available on their node."""

    @cached_property
    def quota_names(self) -> frozenset[str]:
        """The quotas of its namespace that count its pods."""
        return frozenset(quota.name for quota in self.quotas)


@dataclass(frozen=True, eq=False, kw_only=True)
class Pod:
    """One pod; its place is not here but in the cluster."""

    name: str
    workload: str
    """Kind, namespace and name of what it belongs to."""
    template: PodTemplate
    index: int = 0
    only_node: str | None = None
    """The node that a DaemonSet made it for."""
    after: "Pod | None" = None
    """The pod that must run before this one is made."""
    claims: tuple[PodClaim, ...] = ()
    missing: str | None = None
    """What it names and nobody makes, in the scheduler's words."""
