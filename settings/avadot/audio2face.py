"""The Audio2Face server: a stateful service with a GPU and a volume for each pod."""

import re
from dataclasses import dataclass
from enum import Enum

from settings.checks import require, require_name, require_port
from settings.images import Image
from settings.nodes import GPU_LABEL, GPU_TAINT
from settings.volumes import Volume
from settings.workloads import GracefulShutdown, Placement, Resources, Rollout, WorkloadKind

_LONGEST_CLIP_SECONDS = 300
_LONGEST_NAME = 52
"""A StatefulSet labels its pods with its name, a hyphen and a hash of ten: 63 together."""


class EngineBuild(Enum):
    """When a pod builds its TensorRT engines, before the server starts."""

    WHEN_NEEDED = "when-needed"
    """When neither its volume nor the shared store has one for this model, GPU and TensorRT."""
    NEVER = "never"
    ALWAYS = "always"


@dataclass(frozen=True, kw_only=True)
class Audio2Face:
    """NVIDIA Audio2Face behind gRPC: voice in, 68 blendshapes at 30 frames a second out."""

    name: str
    image: Image
    model_store_image: Image
    """The program that brings models and engines before the server starts."""
    replicas: int
    gpus: int
    port: int
    resources: Resources
    volume: Volume
    default_model: str
    engine_build: EngineBuild
    engine_limit: int
    """Seconds that the build of one engine may take."""
    shutdown: GracefulShutdown
    rollout: Rollout

    def __post_init__(self) -> None:
        require_name("audio2face name", self.name)
        require(
            len(self.name) <= _LONGEST_NAME,
            "audio2face name",
            self.name,
            f"use at most {_LONGEST_NAME} characters, since Kubernetes appends to it",
        )
        require_port("audio2face port", self.port)
        require(self.replicas > 0, "audio2face replicas", self.replicas, "must be at least 1")
        require(self.gpus > 0, "audio2face gpus", self.gpus, "each pod needs at least 1")
        require(
            re.fullmatch(r"[a-z0-9][\w.-]*", self.default_model, re.ASCII | re.IGNORECASE),
            "audio2face default_model",
            self.default_model,
            "write the model's name alone, as multi-diffusion",
        )
        require(
            self.shutdown.termination_grace > _LONGEST_CLIP_SECONDS,
            "audio2face shutdown termination_grace",
            self.shutdown.termination_grace,
            f"must outlast the longest clip of {_LONGEST_CLIP_SECONDS} s",
        )
        require(
            0 < self.engine_limit <= self.rollout.limit - self.rollout.ready_within,
            "audio2face engine_limit",
            self.engine_limit,
            f"build and start must fit into the rollout's {self.rollout.limit} s, "
            f"of which starting may take {self.rollout.ready_within} s",
        )

    @property
    def kind(self) -> WorkloadKind:
        return WorkloadKind.STATEFUL_SET

    @property
    def gpu_memory_mib(self) -> int:
        return 0

    @property
    def placement(self) -> Placement:
        """Machines with GPUs, and never two pods on one."""
        return Placement(node_selector=GPU_LABEL, tolerations=GPU_TAINT, one_per_node=True)

    @property
    def fewest(self) -> int:
        return self.replicas

    @property
    def most(self) -> int:
        return self.replicas

    @property
    def termination_grace(self) -> int:
        return self.shutdown.termination_grace
