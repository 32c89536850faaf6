"""Autoscaling: between how many pods a workload moves, and by what."""

from dataclasses import dataclass

from settings.checks import require

_HIGHEST_PERCENTAGE = 100
_LONGEST_STABILIZATION_SECONDS = 3600


@dataclass(frozen=True, kw_only=True)
class CpuScaling:
    """Scaling by CPU load, which cannot start from zero pods."""

    minimum: int
    maximum: int
    cpu_percent: int

    def __post_init__(self) -> None:
        require(
            1 <= self.minimum <= self.maximum,
            "CPU scaling minimum",
            self.minimum,
            f"must be from 1 to the maximum of {self.maximum}; "
            "CPU load alone cannot start from zero pods",
        )
        _require_percentage("CPU scaling cpu_percent", self.cpu_percent)


@dataclass(frozen=True, kw_only=True)
class QueueScaling:
    """Scaling by the length of a queue, from zero; CPU load adds pods."""

    minimum: int
    maximum: int
    messages_per_pod: int
    """How many messages, waiting or in work, make one pod more."""
    cpu_percent: int
    """The load at which pods are added too; it can neither start the first nor keep the last."""
    cooldown: int
    """Seconds without any message after which the last pod goes."""
    polling: int
    """Seconds between two readings of the queue's length."""

    def __post_init__(self) -> None:
        require(
            0 <= self.minimum <= self.maximum and self.maximum > 0,
            "queue scaling size",
            (self.minimum, self.maximum),
            "minimum must be from 0 to maximum, and maximum at least 1",
        )
        require(
            self.messages_per_pod > 0,
            "queue scaling messages_per_pod",
            self.messages_per_pod,
            "must be at least 1, since only messages can start a first pod",
        )
        _require_percentage("queue scaling cpu_percent", self.cpu_percent)
        require(
            0 < self.polling < self.cooldown,
            "queue scaling polling",
            self.polling,
            f"must be from 1 to below the cooldown of {self.cooldown}; "
            "else a single reading that finds nothing ends the last pod",
        )


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How fast an autoscaler may move in one direction, in seconds, percent and pods."""

    stabilization: int
    """It goes by the most cautious of what it found within this time."""
    period: int
    """Within which the number changes by no more than the rest says."""
    percent: int
    pods: int | None = None

    def __post_init__(self) -> None:
        for field, value in (
            ("period", self.period),
            ("percent", self.percent),
            ("pods", 1 if self.pods is None else self.pods),
        ):
            require(value > 0, f"pace {field}", value, "must be at least 1")
        require(
            0 <= self.stabilization <= _LONGEST_STABILIZATION_SECONDS,
            "pace stabilization",
            self.stabilization,
            f"Kubernetes takes 0 to {_LONGEST_STABILIZATION_SECONDS} s",
        )


@dataclass(frozen=True, kw_only=True)
class JobScaling:
    """Scaling by the jobs of a queue and by how busy the pods' GPUs are."""

    minimum: int
    maximum: int
    jobs_per_pod: int
    """How many jobs, waiting or in work, make one pod more."""
    gpu_percent: int
    up: Pace
    down: Pace
    polling: int
    """Seconds between two readings."""
    cpu_percent: int | None = None
    memory_percent: int | None = None

    def __post_init__(self) -> None:
        require(
            1 <= self.minimum <= self.maximum,
            "job scaling minimum",
            self.minimum,
            f"must be from 1 to the maximum of {self.maximum}; "
            "a model takes minutes to load, and its users would wait for the first pod",
        )
        require(
            self.jobs_per_pod > 0, "job scaling jobs_per_pod", self.jobs_per_pod, "must be above 0"
        )
        require(self.polling > 0, "job scaling polling", self.polling, "must be above 0")
        for field, value in (
            ("gpu_percent", self.gpu_percent),
            ("cpu_percent", self.cpu_percent),
            ("memory_percent", self.memory_percent),
        ):
            if value is not None:
                _require_percentage(f"job scaling {field}", value)


def _require_percentage(field: str, value: int) -> None:
    require(
        0 < value <= _HIGHEST_PERCENTAGE, field, value, f"must be from 1 to {_HIGHEST_PERCENTAGE}"
    )
