"""Dubbing: five model services, what they share, and how they are watched."""

from dataclasses import dataclass
from typing import ClassVar

from settings.checks import require_unique
from settings.data import PostgreSql, Valkey
from settings.dubbing.services import ModelService, ReleaseLimits
from settings.system import System

CALLERS = "workers"
"""The namespace of the programs that take jobs from the queues and send them to the models."""


@dataclass(frozen=True, kw_only=True)
class Dubbing(System):
    """One environment of Dubbing."""

    postgresql: PostgreSql
    valkey: Valkey
    services: tuple[ModelService, ...]
    release_limits: ReleaseLimits
    title: ClassVar[str] = "Dubbing"

    def __post_init__(self) -> None:
        super().__post_init__()
        # Pods of two services would else be scaled by the same jobs.
        require_unique("model service queue", [service.queue for service in self.services])

    @property
    def workloads(self) -> tuple[ModelService, ...]:
        return self.services
