"""Workloads: what a system runs, how large, on which machines, and how it starts and stops."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from settings.checks import require
from settings.images import Image
from settings.scaling import CpuScaling, QueueScaling

_LONGEST_DEREGISTRATION_SECONDS = 3600
"""An ALB's target group takes no more."""


class WorkloadKind(Enum):
    """The kinds of object whose rollout the release gate can follow (functions/release_gate)."""

    DEPLOYMENT = "Deployment"
    STATEFUL_SET = "StatefulSet"
    ROLLOUT = "Rollout"
    """Of Argo Rollouts: released blue-green (charts/rollout.py)."""


@dataclass(frozen=True, kw_only=True)
class Resources:
    """What one container requests and may use; CPU in thousandths of a core, memory in MiB."""

    cpu_milli: int
    memory_mib: int
    cpu_limit_milli: int
    memory_limit_mib: int

    def __post_init__(self) -> None:
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
class Placement:
    """Which machines a workload's pods may use."""

    node_selector: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Labels that a node must have."""
    tolerations: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Taints that do not keep the pods away."""
    one_per_node: bool = False


@dataclass(frozen=True, kw_only=True)
class GracefulShutdown:
    """How a pod is taken out of service, in seconds."""

    deregistration_delay: int
    """How long the load balancer lets open requests finish."""
    pre_stop_sleep: int
    """How long the pod serves on while the load balancer learns that it ends."""
    termination_grace: int
    """After which the pod is killed."""

    def __post_init__(self) -> None:
        require(
            0 <= self.deregistration_delay <= _LONGEST_DEREGISTRATION_SECONDS,
            "shutdown deregistration_delay",
            self.deregistration_delay,
            f"an ALB takes 0 to {_LONGEST_DEREGISTRATION_SECONDS} s",
        )
        require(
            self.pre_stop_sleep >= 0,
            "shutdown pre_stop_sleep",
            self.pre_stop_sleep,
            "must not be below 0",
        )
        require(
            self.termination_grace > max(self.deregistration_delay, self.pre_stop_sleep),
            "shutdown termination_grace",
            self.termination_grace,
            f"must exceed deregistration_delay ({self.deregistration_delay}) and "
            f"pre_stop_sleep ({self.pre_stop_sleep})",
        )


SCHEDULED_WITHIN_SECONDS = 30
"""A rolling update waits for room that an ending pod still holds, and volumes bind late."""
RELEASE_LIMIT_SECONDS = 3300
"""CloudFormation waits an hour for a custom resource; the gate must have spoken before."""


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


class Pods(Protocol):
    """Pods of one kind, those of a workload or of a step that ends: what finds them a place."""

    @property
    def name(self) -> str: ...
    @property
    def image(self) -> Image: ...
    @property
    def resources(self) -> Resources: ...
    @property
    def gpus(self) -> int:
        """GPUs of one pod, shared ones counted as whole."""

    @property
    def gpu_memory_mib(self) -> int:
        """What one pod takes of a GPU's memory, where it may share it with others; else 0."""

    @property
    def placement(self) -> Placement: ...
    @property
    def most(self) -> int:
        """Pods at most, as by an autoscaler's maximum."""

    @property
    def termination_grace(self) -> int:
        """Seconds from the end of a pod's service until it is killed."""


class Workload(Pods, Protocol):
    """What is kept running in pods, whatever else a system knows of it.

    All that the fit check, the release gate, the quota and the invariants ask.
    """

    @property
    def kind(self) -> WorkloadKind: ...
    @property
    def fewest(self) -> int:
        """Pods when nothing is to be done."""

    @property
    def rollout(self) -> Rollout: ...


@dataclass(frozen=True, kw_only=True)
class ScaledDeployment:
    """A Deployment without GPUs whose number of pods an autoscaler owns."""

    name: str
    image: Image
    resources: Resources
    scaling: CpuScaling | QueueScaling
    rollout: Rollout

    @property
    def kind(self) -> WorkloadKind:
        return WorkloadKind.DEPLOYMENT

    @property
    def gpus(self) -> int:
        return 0

    @property
    def gpu_memory_mib(self) -> int:
        return 0

    @property
    def fewest(self) -> int:
        return self.scaling.minimum

    @property
    def most(self) -> int:
        return self.scaling.maximum


@dataclass(frozen=True, kw_only=True)
class CpuDeployment(ScaledDeployment):
    """A workload as most are: on the machines for all pods, scaled by CPU load."""

    scaling: CpuScaling
    shutdown: GracefulShutdown

    @property
    def placement(self) -> Placement:
        return Placement()

    @property
    def termination_grace(self) -> int:
        return self.shutdown.termination_grace
