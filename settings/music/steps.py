"""Steps: programs that do one part of a run, in a pod that ends with it."""

import re
from dataclasses import dataclass, replace

from settings.checks import require, require_name
from settings.cluster import STEP_EXECUTOR_RESOURCES
from settings.images import Image
from settings.models import Models
from settings.nodes import GPU_TAINT
from settings.workloads import Placement, Resources

WORK = "work"
"""The label of machines that are there for one kind of step, whose value is the step's name."""
SPOT_GRACE_SECONDS = 60
"""How long a step that is told to end may take: EC2 takes a spot machine back after 120 s."""
_MOST_RETRIES = 5


@dataclass(frozen=True, kw_only=True)
class StepModels(Models):
    """The models of a step, with the program that brings them before it starts."""

    image: Image


@dataclass(frozen=True, kw_only=True)
class Step:
    """One part of a run: which program, on which machines, for how long, how often again.

    It is a GPU's only pod where it asks for a GPU's memory, and on the machines for all otherwise.
    """

    name: str
    image: Image
    program: str
    """What Python runs: `python -m …`."""
    size: Resources
    """Of the program's own container."""
    gpu_memory_mib: int
    most: int
    """Pods of it that there may be, over all runs."""
    deadline: int
    """Seconds from the start of its pod until it is ended, the pulls of image and models included;
    it waits for a machine without them."""
    retries: int
    """How often it is begun again after a failure that may pass, as that of a lost machine."""
    scratch_gib: int
    """Room for what is made on the way."""
    models: StepModels | None = None

    def __post_init__(self) -> None:
        name = f"step {self.name}"
        require_name("step name", self.name)
        require(
            re.fullmatch(r"[a-z_]+(\.[a-z_]+)*", self.program),
            f"{name} program",
            self.program,
            "name a module, as listener",
        )
        require(
            self.gpu_memory_mib >= 0,
            f"{name} gpu_memory_mib",
            self.gpu_memory_mib,
            "must not be below 0",
        )
        require(self.most > 0, f"{name} most", self.most, "must be at least 1")
        require(self.deadline > 0, f"{name} deadline", self.deadline, "must be at least 1 s")
        require(
            0 <= self.retries <= _MOST_RETRIES,
            f"{name} retries",
            self.retries,
            f"must be from 0 to {_MOST_RETRIES}; each may cost a GPU for the whole deadline",
        )
        require(self.scratch_gib > 0, f"{name} scratch_gib", self.scratch_gib, "must be above 0")
        require(
            self.models is None or self.gpus,
            f"{name} models",
            self.models and self.models.version,
            "only a step with a GPU loads some",
        )

    @property
    def gpus(self) -> int:
        return 1 if self.gpu_memory_mib else 0

    @property
    def resources(self) -> Resources:
        """Of its pod: the program, and what Argo Workflows runs beside it."""
        beside = STEP_EXECUTOR_RESOURCES
        return replace(
            self.size,
            cpu_milli=self.size.cpu_milli + beside.cpu_milli,
            memory_mib=self.size.memory_mib + beside.memory_mib,
            cpu_limit_milli=self.size.cpu_limit_milli + beside.cpu_limit_milli,
            memory_limit_mib=self.size.memory_limit_mib + beside.memory_limit_mib,
        )

    @property
    def placement(self) -> Placement:
        """The machines that are kept for it, or any for all."""
        if not self.gpus:
            return Placement()
        return Placement(node_selector={WORK: self.name}, tolerations=GPU_TAINT)

    @property
    def termination_grace(self) -> int:
        return SPOT_GRACE_SECONDS

    @property
    def models_prefix(self) -> str:
        """Where its models lie in their bucket."""
        return f"models/{self.name}/"
