"""Conversation services: programs on CPU nodes that use the database and the cache."""

from dataclasses import dataclass
from enum import Enum

from settings.checks import require, require_name, require_port, require_unique
from settings.images import Image
from settings.scaling import CpuScaling
from settings.workloads import GracefulShutdown, Placement, Resources, Rollout, WorkloadKind


class Protocol(Enum):
    """What a service speaks to its clients."""

    REST = "rest"
    WEBSOCKET = "websocket"
    WORKER = "worker"
    """Nothing: it takes its work from the data stores."""


@dataclass(frozen=True, kw_only=True)
class CpuService:
    """A conversation service."""

    name: str
    component: str
    """The name in the application's own code, where it may have an underscore."""
    protocol: Protocol
    port: int | None
    image: Image
    resources: Resources
    scaling: CpuScaling
    shutdown: GracefulShutdown
    rollout: Rollout
    provider_secrets: tuple[str, ...] = ()
    """Names of the outside providers whose keys the service holds."""
    calls_audio2face: bool = False

    def __post_init__(self) -> None:
        require_name("service name", self.name)
        is_worker = self.protocol is Protocol.WORKER
        require(
            (self.port is None) == is_worker,
            f"service {self.name} port",
            self.port,
            "a worker has none, any other service needs one",
        )
        if self.port is not None:
            require_port(f"service {self.name} port", self.port)
        require_unique(f"service {self.name} provider_secrets", self.provider_secrets)

    @property
    def kind(self) -> WorkloadKind:
        return WorkloadKind.DEPLOYMENT

    @property
    def gpus(self) -> int:
        return 0

    @property
    def placement(self) -> Placement:
        return Placement()

    @property
    def fewest(self) -> int:
        return self.scaling.minimum

    @property
    def most(self) -> int:
        return self.scaling.maximum

    @property
    def termination_grace(self) -> int:
        return self.shutdown.termination_grace
