"""Analysers: programs that take their work from a queue, on machines that come and go with it."""

from dataclasses import dataclass

from settings.checks import require, require_name, require_port
from settings.images import Image
from settings.workloads import Resources, Rollout

_HIGHEST_PERCENTAGE = 100


@dataclass(frozen=True, kw_only=True)
class QueueScaling:
    """Between how many pods a queue's workers move: messages wake the first, load adds to them."""

    minimum: int
    maximum: int
    messages_per_pod: int
    """How many messages, waiting or in work, make one pod more."""
    cpu_percent: int
    """The load at which pods are added too; it can neither wake the first nor keep the last."""
    cooldown: int
    """Seconds without any message after which the last pod goes."""
    polling: int
    """Seconds between two looks at the queue."""

    def __post_init__(self) -> None:
        """Check the range, and that a message can wake the first pod."""
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
        require(
            0 < self.cpu_percent <= _HIGHEST_PERCENTAGE,
            "queue scaling cpu_percent",
            self.cpu_percent,
            f"must be from 1 to {_HIGHEST_PERCENTAGE}",
        )
        require(
            0 < self.polling < self.cooldown,
            "queue scaling polling",
            self.polling,
            f"must be from 1 to below the cooldown of {self.cooldown}; "
            "else a single look that finds nothing ends the last pod",
        )


@dataclass(frozen=True, kw_only=True)
class Analyzer:
    """A program that analyses one upload at a time, by message or by request."""

    name: str
    image: Image
    port: int
    resources: Resources
    scratch_mib: int
    """Room for the upload and what is made of it."""
    workload: str
    """The kind of machines that it runs on, as its node group's."""
    scaling: QueueScaling
    rollout: Rollout
    grace: int
    """Seconds after which an ending pod is killed; by then its message is free for others."""

    def __post_init__(self) -> None:
        """Check the name, the port and the sizes."""
        require_name("analyzer name", self.name)
        require_port(f"analyzer {self.name} port", self.port)
        require(
            self.scratch_mib > 0, f"analyzer {self.name} scratch_mib", self.scratch_mib, "give some"
        )
        require_name(f"analyzer {self.name} workload", self.workload)
        require(
            self.grace > LEAVING_SECONDS,
            f"analyzer {self.name} grace",
            self.grace,
            f"must exceed the {LEAVING_SECONDS} s in which the worker gives back its message",
        )


LEAVING_SECONDS = 10
"""What the programs keep for themselves of the grace (containers/*_analyzer)."""
