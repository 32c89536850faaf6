"""Autoscaling: between how many pods a workload moves, and by what."""

from dataclasses import dataclass

from settings.checks import require

_HIGHEST_PERCENTAGE = 100


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


def _require_percentage(field: str, value: int) -> None:
    require(
        0 < value <= _HIGHEST_PERCENTAGE, field, value, f"must be from 1 to {_HIGHEST_PERCENTAGE}"
    )
