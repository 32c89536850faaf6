"""Avadot: conversation services, and Audio2Face on GPUs."""

from dataclasses import dataclass
from typing import ClassVar

from settings.avadot.audio2face import Audio2Face
from settings.avadot.services import CpuService
from settings.checks import require, require_unique
from settings.data import ModelStore, MySql, Valkey
from settings.exposure import Domain, LoadBalancer
from settings.system import System
from settings.workloads import Workload


@dataclass(frozen=True, kw_only=True)
class Avadot(System):
    """One environment of Avadot."""

    mysql: MySql
    valkey: Valkey
    model_store: ModelStore
    providers: tuple[str, ...]
    """Outside services whose keys are kept in Secrets Manager."""
    services: tuple[CpuService, ...]
    audio2face: Audio2Face
    load_balancer: LoadBalancer
    title: ClassVar[str] = "Avadot"

    def __post_init__(self) -> None:
        super().__post_init__()
        require_unique("providers", self.providers)
        self._check_services()
        if isinstance(self.load_balancer.names, Domain):
            self.load_balancer.names.check_region(self.region)

    @property
    def workloads(self) -> tuple[Workload, ...]:
        return (*self.services, self.audio2face)

    def _check_services(self) -> None:
        require(self.services, "services", self.services, "give at least one")
        require_unique("service component", [service.component for service in self.services])
        for service in self.services:
            sharing = [other.name for other in self.services if other.port == service.port]
            require(
                service.port is None or len(sharing) == 1,
                "service port",
                service.port,
                f"{' and '.join(sharing)} need one each",
            )
            for provider in service.provider_secrets:
                require(
                    provider in self.providers,
                    f"service {service.name} provider_secrets",
                    provider,
                    f"must be one of the system's providers {', '.join(self.providers)}",
                )
