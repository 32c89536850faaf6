"""Model services: programs that answer for one model, each pod with a GPU or a slice of one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from settings.checks import require, require_name, require_port
from settings.images import Image
from settings.models import Models
from settings.nodes import GPU_TAINT
from settings.scaling import JobScaling
from settings.workloads import Placement, Resources, Rollout, WorkloadKind

SPOT_GRACE_SECONDS = 110
"""What a pod may take to finish its work: EC2 takes a spot machine back after 120 s."""

PURPOSE = {"workload-type": "ai-inference"}
"""The label of every machine that models run on."""
_SHARE = "gpu-share"
WHOLE, SLICE = {_SHARE: "whole"}, {_SHARE: "slice"}
"""The labels of machines whose GPUs have one pod each, and of those where pods take turns."""


class Tier(Enum):
    """Kinds of machines with GPUs, by what they cost."""

    STANDARD = "standard"
    PREMIUM = "premium"

    @property
    def labels(self) -> dict[str, str]:
        return {"tier": self.value}


class Priority(Enum):
    """Which pods give way when there is no room for all; the higher stay."""

    HIGH = 1_000_000
    MEDIUM = 100_000


@dataclass(frozen=True, kw_only=True)
class ReleaseLimits:
    """What a new version may do at most, measured by Prometheus, or it is taken back."""

    error_rate: float
    """Share of its requests that it answers with a status from 500 on."""
    p95_seconds: float
    """Within which it answers 95 of 100 requests."""
    read_every: int = 15
    """Seconds between two readings of its figures, of which four make a measurement."""

    def __post_init__(self) -> None:
        require(
            0 < self.error_rate < 1,
            "release limits error_rate",
            self.error_rate,
            "is a share, as 0.05",
        )
        require(
            self.p95_seconds > 0, "release limits p95_seconds", self.p95_seconds, "must be above 0"
        )
        require(
            self.read_every > 0, "release limits read_every", self.read_every, "must be at least 1"
        )

    @property
    def window(self) -> int:
        """Seconds that a measurement looks back; a rate over fewer readings may have no value."""
        return 4 * self.read_every


@dataclass(frozen=True, kw_only=True)
class ModelService:
    """One model behind HTTP, scaled by the jobs of its queue, released blue-green."""

    name: str
    image: Image
    model_store_image: Image
    """The program that brings the models before the service starts."""
    port: int
    resources: Resources
    tiers: tuple[Tier, ...]
    """On which machines its pods may run."""
    shares_gpu: bool
    """Whether it takes turns with another on one GPU, whose memory they then share."""
    gpu_memory_mib: int
    """What one pod takes of a GPU's memory, an estimate until it is seen on a GPU."""
    models: Models
    scratch_gib: int
    """Room for what is made on the way."""
    queue: str
    """Where its jobs wait, by BullMQ's name."""
    scaling: JobScaling
    priority: Priority
    budget_usd: int
    """What all its pods may cost in a month."""
    rollout: Rollout
    configuration: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Variables of its environment; a change of one releases it anew."""
    needs_hugging_face: bool = False
    """Whether it reads the token for gated models."""

    def __post_init__(self) -> None:
        name = f"model service {self.name}"
        require_name("model service name", self.name)
        require_port(f"{name} port", self.port)
        require(self.tiers, f"{name} tiers", self.tiers, "name at least one")
        require(
            not self.shares_gpu or Tier.PREMIUM not in self.tiers,
            f"{name} tiers",
            tuple(tier.value for tier in self.tiers),
            "only standard machines have GPUs that are shared",
        )
        require(
            self.gpu_memory_mib > 0, f"{name} gpu_memory_mib", self.gpu_memory_mib, "ask for some"
        )
        require(self.scratch_gib > 0, f"{name} scratch_gib", self.scratch_gib, "must be above 0")
        require(
            re.fullmatch(r"[a-z][a-z0-9-]*", self.queue),
            f"{name} queue",
            self.queue,
            "use lower-case letters, digits and hyphens, as tts-preset",
        )
        require(self.budget_usd > 0, f"{name} budget_usd", self.budget_usd, "must be at least 1")
        for variable in self.configuration:
            require(
                re.fullmatch(r"[A-Z][A-Z0-9_]*", variable),
                f"{name} configuration",
                variable,
                "name a variable in capitals, as BATCH_SIZE",
            )

    @property
    def kind(self) -> WorkloadKind:
        return WorkloadKind.ROLLOUT

    @property
    def gpus(self) -> int:
        return 1

    @property
    def placement(self) -> Placement:
        """Any machine of its tiers whose GPUs are shared, or are not, as it wants it."""
        tier = self.tiers[0].labels if len(self.tiers) == 1 else {}
        share = SLICE if self.shares_gpu else WHOLE
        return Placement(node_selector=PURPOSE | share | tier, tolerations=GPU_TAINT)

    @property
    def fewest(self) -> int:
        return self.scaling.minimum

    @property
    def most(self) -> int:
        return self.scaling.maximum

    @property
    def termination_grace(self) -> int:
        return SPOT_GRACE_SECONDS

    @property
    def models_prefix(self) -> str:
        """Where its models lie in the bucket."""
        return f"models/{self.name}/"
