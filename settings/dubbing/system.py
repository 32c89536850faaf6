"""Dubbing: five model services, what they share, and how they are watched."""

from dataclasses import dataclass, replace
from typing import ClassVar

from settings.checks import require_unique
from settings.data import PostgreSql, Valkey
from settings.dubbing.services import ModelService, ReleaseLimits
from settings.dubbing.sizes import SIZES, size_of
from settings.dubbing.watching import WatchedService, Watching
from settings.exporters import Exporter
from settings.system import System
from settings.volumes import Volume
from settings.workloads import Workload

CALLERS = "workers"
"""The namespace of the programs that take jobs from the queues and send them to the models."""


@dataclass(frozen=True, kw_only=True)
class Dubbing(System):
    """One environment of Dubbing."""

    postgresql: PostgreSql
    valkey: Valkey
    disk: Volume | None
    """What pods get that ask for a disk."""
    services: tuple[ModelService, ...]
    release_limits: ReleaseLimits
    queue_exporter: Exporter
    cost_exporter: Exporter
    title: ClassVar[str] = "Dubbing"

    def __post_init__(self) -> None:
        super().__post_init__()
        # Pods of two services would else be scaled by the same jobs.
        require_unique("model service queue", [service.queue for service in self.services])

    @property
    def sizes(self) -> tuple[str, ...]:
        return tuple(SIZES)

    def sized(self, size: str) -> "Dubbing":
        wanted = size_of(size)
        return replace(
            self,
            cluster=replace(self.cluster, node_pools=wanted.node_pools),
            services=wanted.services(self.services),
        )

    @property
    def workloads(self) -> tuple[Workload, ...]:
        return (*self.services, self.queue_exporter, self.cost_exporter)

    @property
    def watching(self) -> Watching:
        """What rules, alerts and dashboards are drawn from."""
        return Watching(
            namespace=self.namespace,
            services=tuple(
                WatchedService(
                    name=service.name,
                    queue=service.queue,
                    jobs_per_pod=service.scaling.jobs_per_pod,
                    usd_per_month=service.budget_usd,
                )
                for service in self.services
            ),
        )
