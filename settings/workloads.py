"""Workloads: which programs run, how large, how many, and how they start and stop."""

from dataclasses import dataclass
from enum import Enum

from settings.checks import require, require_name, require_port, require_unique
from settings.images import Image

_LONGEST_DEREGISTRATION_SECONDS = 3600
"""An ALB's target group takes no more."""


@dataclass(frozen=True, kw_only=True)
class Resources:
    """What one container asks for and may use; CPU in thousandths of a core, memory in MiB."""

    cpu_milli: int
    memory_mib: int
    cpu_limit_milli: int
    memory_limit_mib: int

    def __post_init__(self) -> None:
        """Check that limits hold the requests."""
        require(self.cpu_milli > 0, "cpu_milli", self.cpu_milli, "ask for at least 1")
        require(self.memory_mib > 0, "memory_mib", self.memory_mib, "ask for at least 1")
        require(
            self.cpu_limit_milli >= self.cpu_milli,
            "cpu_limit_milli",
            self.cpu_limit_milli,
            f"must not be below the request of {self.cpu_milli}",
        )
        require(
            self.memory_limit_mib >= self.memory_mib,
            "memory_limit_mib",
            self.memory_limit_mib,
            f"must not be below the request of {self.memory_mib}",
        )


@dataclass(frozen=True, kw_only=True)
class Autoscaling:
    """Between how many pods a service moves, and at which CPU load."""

    minimum: int
    maximum: int
    cpu_percent: int

    def __post_init__(self) -> None:
        """Check the range and the threshold."""
        require(
            1 <= self.minimum <= self.maximum,
            "autoscaling minimum",
            self.minimum,
            f"must be from 1 to the maximum of {self.maximum}; "
            "CPU load alone cannot start from zero pods",
        )
        require(
            0 < self.cpu_percent <= 100,  # noqa: PLR2004 - a percentage
            "autoscaling cpu_percent",
            self.cpu_percent,
            "must be from 1 to 100",
        )


@dataclass(frozen=True, kw_only=True)
class Stop:
    """How a pod leaves: out of the load balancer first, then out of the world. In seconds."""

    deregistration: int
    """How long the load balancer lets open requests finish."""
    linger: int
    """How long the pod serves on while the load balancer learns that it goes."""
    grace: int
    """After which the pod is killed."""

    def __post_init__(self) -> None:
        """Check that the pod outlives its last request."""
        require(
            0 <= self.deregistration <= _LONGEST_DEREGISTRATION_SECONDS,
            "stop deregistration",
            self.deregistration,
            f"an ALB takes 0 to {_LONGEST_DEREGISTRATION_SECONDS} s",
        )
        require(self.linger >= 0, "stop linger", self.linger, "must not be below 0")
        require(
            self.grace > self.deregistration and self.grace > self.linger,
            "stop grace",
            self.grace,
            f"must exceed deregistration ({self.deregistration}) and linger ({self.linger})",
        )


SCHEDULED_WITHIN_SECONDS = 30
"""A rolling update waits for room that an ending pod still holds, and volumes bind late."""


@dataclass(frozen=True, kw_only=True)
class Rollout:
    """How long a new version may take, in seconds, before the release counts as failed."""

    ready_within: int
    """From a container's start until it is ready."""
    limit: int
    """For all pods of the workload, image pulls and node starts included."""
    scheduled_within: int = SCHEDULED_WITHIN_SECONDS
    """Until a pod has a node: until another made room or, which takes longer, a machine started."""

    def __post_init__(self) -> None:
        """Check that one pod fits into the whole."""
        require(
            self.ready_within > 0,
            "rollout ready_within",
            self.ready_within,
            "must be at least 1 s",
        )
        require(
            self.ready_within < self.limit,
            "rollout limit",
            self.limit,
            f"must be longer than ready_within ({self.ready_within})",
        )
        require(
            self.limit <= RELEASE_LIMIT_SECONDS,
            "rollout limit",
            self.limit,
            f"a release may take {RELEASE_LIMIT_SECONDS} s, CloudFormation waits an hour for it",
        )
        require(
            0 < self.scheduled_within < self.limit,
            "rollout scheduled_within",
            self.scheduled_within,
            f"must be from 1 s to below the limit ({self.limit})",
        )


RELEASE_LIMIT_SECONDS = 3300
"""CloudFormation waits an hour for a custom resource; the gate must have spoken before."""


class Protocol(Enum):
    """What a service speaks to its clients."""

    REST = "rest"
    WEBSOCKET = "websocket"
    WORKER = "worker"
    """Nothing: it takes its work from the data stores."""


@dataclass(frozen=True, kw_only=True)
class CpuService:
    """A conversation service on CPU nodes; all of them use the database and the cache."""

    name: str
    component: str
    """The name in the application's own code, where it may have an underscore."""
    protocol: Protocol
    port: int | None
    image: Image
    resources: Resources
    autoscaling: Autoscaling
    stop: Stop
    rollout: Rollout
    provider_secrets: tuple[str, ...] = ()
    """Names of the outside providers whose keys the service holds."""
    calls_audio2face: bool = False

    def __post_init__(self) -> None:
        """Check names, and that a port belongs to a protocol."""
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
