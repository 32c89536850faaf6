"""Analysers: programs that take their work from a queue, on machines that come and go with it."""

from dataclasses import dataclass

from settings.checks import require, require_name, require_port
from settings.scaling import QueueScaling
from settings.workloads import Placement, ScaledDeployment

LEAVING_SECONDS = 10
"""What the programs keep for themselves of the termination grace (containers/*_analyzer)."""


@dataclass(frozen=True, kw_only=True)
class Analyzer(ScaledDeployment):
    """A program that analyses one upload at a time, by message or by request."""

    port: int
    scratch_mib: int
    """Room for the upload and what is made of it."""
    workload: str
    """Label and taint of the spot machines that are kept for it."""
    scaling: QueueScaling
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
    def placement(self) -> Placement:
        kept = {"workload": self.workload}
        return Placement(node_selector=kept | {"nodeType": "spot"}, tolerations=kept)
