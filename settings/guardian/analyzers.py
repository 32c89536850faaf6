"""Analysers: programs that take their work from a queue, on machines that come and go with it."""

from dataclasses import dataclass

from settings.checks import require, require_name, require_port
from settings.images import Image
from settings.scaling import QueueScaling
from settings.workloads import Placement, Resources, Rollout, WorkloadKind

LEAVING_SECONDS = 10
"""What the programs keep for themselves of the termination grace (containers/*_analyzer)."""


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
    """Label and taint of the spot machines that are kept for it."""
    scaling: QueueScaling
    rollout: Rollout
    termination_grace: int
    """Seconds after which an ending pod is killed; by then its message is free for others."""

    def __post_init__(self) -> None:
        require_name("analyzer name", self.name)
        require_port(f"analyzer {self.name} port", self.port)
        require(
            self.scratch_mib > 0,
            f"analyzer {self.name} scratch_mib",
            self.scratch_mib,
            "must be at least 1",
        )
        require_name(f"analyzer {self.name} workload", self.workload)
        require(
            self.termination_grace > LEAVING_SECONDS,
            f"analyzer {self.name} termination_grace",
            self.termination_grace,
            f"must exceed the {LEAVING_SECONDS} s in which the worker gives back its message",
        )

    @property
    def kind(self) -> WorkloadKind:
        return WorkloadKind.DEPLOYMENT

    @property
    def gpus(self) -> int:
        return 0

    @property
    def placement(self) -> Placement:
        kept = {"workload": self.workload}
        return Placement(node_selector=kept | {"nodeType": "spot"}, tolerations=kept)

    @property
    def fewest(self) -> int:
        return self.scaling.minimum

    @property
    def most(self) -> int:
        return self.scaling.maximum
