"""What the plan says about capacity."""

from dataclasses import dataclass
from enum import Enum

_LOADED = ", all pods at maximum"


@dataclass(frozen=True)
class AtMinimum:
    """Every workload at its smallest, on the nodes that the groups ask for."""

    title = "all pods at minimum"


@dataclass(frozen=True)
class AtMaximum:
    """Every autoscaler at its maximum, on the same nodes, or as many more as the cluster adds."""

    title = "all pods at autoscaler maximum"


@dataclass(frozen=True)
class GroupsAtMaximum:
    """Every autoscaler and every node group at its maximum."""

    title = "all pods and node groups at maximum"


@dataclass(frozen=True)
class WorkloadRelease:
    """A release of one workload while all are at their minimum."""

    workload: str
    """Its key: kind, namespace and name."""

    @property
    def title(self) -> str:
        return f"release of {self.workload.rpartition('/')[2]}"


@dataclass(frozen=True)
class ReleaseOfAll:
    """A release of all workloads at once, from their minimum or their maximum."""

    at_maximum: bool

    @property
    def title(self) -> str:
        return f"release of everything at {'maximum' if self.at_maximum else 'minimum'}"


@dataclass(frozen=True)
class NodeMissing:
    """One node of a group is gone; what ran on it looks for another place."""

    group: str
    at_maximum: bool = False
    """Whether all autoscalers are at their maximum, else at their minimum."""

    @property
    def title(self) -> str:
        return f"one node of {self.group} missing{_LOADED if self.at_maximum else ''}"


@dataclass(frozen=True)
class ZoneMissing:
    """All nodes of a zone are NotReady: still registered, tainted as unreachable."""

    zone: str
    at_maximum: bool = False
    """Whether all autoscalers are at their maximum, else at their minimum."""

    @property
    def title(self) -> str:
        return f"zone {self.zone} missing{_LOADED if self.at_maximum else ''}"


Scenario = (
    AtMinimum
    | AtMaximum
    | GroupsAtMaximum
    | WorkloadRelease
    | ReleaseOfAll
    | NodeMissing
    | ZoneMissing
)


class CapacityVerdict(Enum):
    """Whether every pod finds a node."""

    FITS = "fits"
    DEPENDS = "depends on the order"
    SHORT = "does not fit"


@dataclass(frozen=True, kw_only=True)
class Shortage:
    """A workload of which pods find no node; fewest and most are over the orders tried."""

    workload: str
    """Kind, namespace and name."""
    service: str
    pods: int
    """How many there should be."""
    fewest: int
    most: int
    reasons: tuple[str, ...]
    """In the scheduler's words, the most frequent first."""

    @property
    def stops(self) -> bool:
        """Whether it may be left without any pod."""
        return self.most >= self.pods


@dataclass(frozen=True, kw_only=True)
class Headroom:
    """What is left of a node group, the least over the orders tried."""

    group: str
    nodes: int
    cpu_milli: int
    memory_mib: int
    pods: int
    gpus: int
    """GPUs, or slices of them where they are shared."""


@dataclass(frozen=True, kw_only=True)
class CapacityFinding:
    """What happens to the pods in one scenario."""

    scenario: Scenario
    pods: int
    """How many there should be."""
    fewest_waiting: int
    most_waiting: int
    """How many find no node, over the orders tried; in a release, how many never do."""
    most_waiting_meanwhile: int
    """In a release: how many wait at the worst moment, most of them for an old pod to leave."""
    shortages: tuple[Shortage, ...]
    """What loses the largest share of its pods stands first."""
    headroom: tuple[Headroom, ...]

    @property
    def verdict(self) -> CapacityVerdict:
        if not self.most_waiting:
            return CapacityVerdict.FITS
        return CapacityVerdict.SHORT if self.fewest_waiting else CapacityVerdict.DEPENDS

    @property
    def is_certain(self) -> bool:
        """Whether the same pods wait in every order."""
        return all(one.fewest == one.most for one in self.shortages)

    @property
    def stops_first(self) -> str | None:
        """Name the service that lacks the largest share of its pods, if any does."""
        return self.shortages[0].service if self.shortages else None


@dataclass(frozen=True, kw_only=True)
class ClusterCapacity:
    """What happens to the pods of one cluster, scenario by scenario."""

    cluster: str
    stack: str
    findings: tuple[CapacityFinding, ...]
    uncounted: tuple[str, ...]
    """Whose pods are in no scenario: add-ons and charts that the catalog lacks, and objects with
    containers whose kind is not known."""
    grows: bool
    """Whether a cluster autoscaler adds nodes for pods that wait."""
