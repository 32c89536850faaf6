"""A system: everything that is decided about one of them in one environment."""

import re
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from catalog import UnknownFactError, check_zone
from settings.capacity import check_fit
from settings.checks import SettingError, require, require_name, require_unique
from settings.cluster import Cluster, Network
from settings.workloads import Pods, Workload, WorkloadKind

SYSTEM_TAG = "system"
"""By this tag on all that an environment consists of, its costs are told from others'."""
BUDGET_THRESHOLD = 0.8
"""The share of a budget from which on somebody is told."""


@dataclass(frozen=True, kw_only=True)
class System:
    """What every system has; each adds its own in its folder."""

    environment: str
    """`Prod`, `Dev`: ends the names of the stacks."""
    region: str
    namespace: str
    """Where the workloads run that have no namespace of their own."""
    retained: bool
    """Whether data stores survive `cdk destroy`; only throw-away environments say no."""
    monthly_budget_usd: int
    """What all of it may cost in a month."""
    network: Network
    cluster: Cluster
    title: ClassVar[str]
    """What people call the system."""

    def __post_init__(self) -> None:
        require(
            re.fullmatch(r"[A-Z][A-Za-z0-9]*", self.environment),
            "environment",
            self.environment,
            "use letters and digits after a capital, as Prod",
        )
        require(
            self.monthly_budget_usd > 0,
            "monthly_budget_usd",
            self.monthly_budget_usd,
            "must be at least 1",
        )
        for namespace in self.namespaces:
            require_name("namespace", namespace)
            require(
                namespace != "default" and not namespace.startswith("kube-"),
                "namespace",
                namespace,
                "use one of its own, this is Kubernetes'",
            )
        for zone in self.network.zones:
            require(
                re.fullmatch(rf"{re.escape(self.region)}[a-z]", zone),
                "network zone",
                zone,
                f"must be region {self.region} and one letter",
            )
            self._check_zone(zone)
        for kind in self.cluster.node_kinds:
            require(
                set(kind.zones) <= set(self.network.zones),
                f"{kind.noun} {kind.name} zones",
                kind.zones,
                f"must be among the network's zones {', '.join(self.network.zones)}",
            )
        require(self.workloads, "workloads", self.workloads, "give at least one")
        for workload in self.workloads:
            require(
                isinstance(workload.kind, WorkloadKind),
                f"workload {workload.name} kind",
                workload.kind,
                "the release gate follows " + ", ".join(kind.value for kind in WorkloadKind),
            )
        require_unique("workload name", [pods.name for pods in (*self.workloads, *self.steps)])
        check_fit(self.workloads, self.cluster, steps=self.steps)

    def _check_zone(self, zone: str) -> None:
        try:
            check_zone(self.region, zone)
        except UnknownFactError as error:
            message = f"network zone is {zone!r}: {error}"
            raise SettingError(message) from None

    @property
    @abstractmethod
    def workloads(self) -> Sequence[Workload]:
        """All that the system keeps running in pods."""

    @property
    def steps(self) -> Sequence[Pods]:
        """What it runs in pods that come for a piece of work and end with it, if it does."""
        return ()

    @property
    def sizes(self) -> tuple[str, ...]:
        """The sizes that it can have, smallest first, if it has several."""
        return ()

    def sized(self, size: str) -> "System":
        """Return it at another size; raise `SettingError` where it has none of that name."""
        message = f"size is {size!r}: {type(self).__name__} has one size only"
        raise SettingError(message)

    @property
    def extras(self) -> Mapping[str, str]:
        """The optional dependencies that an image is to have (`extra`), by its repository."""
        return {}

    def namespace_of(self, workload: Workload) -> str:  # noqa: ARG002 - for systems with several
        """Return the namespace that a workload runs in."""
        return self.namespace

    @property
    def namespaces(self) -> tuple[str, ...]:
        """Every namespace of the system, each once."""
        return tuple(dict.fromkeys(self.namespace_of(workload) for workload in self.workloads))

    @property
    def name(self) -> str:
        """The name of the stack that deploys it all."""
        return f"{type(self).__name__}{self.environment}"

    @property
    def tags(self) -> Mapping[str, str]:
        """The tags of all that it consists of."""
        return {SYSTEM_TAG: self.name}

    @property
    def label(self) -> str:
        """The system's name on its objects in Kubernetes."""
        return folder_of(type(self))


def folder_of(system: type[System]) -> str:
    """Return the name of a system's folder in every room."""
    return system.__name__.lower()
