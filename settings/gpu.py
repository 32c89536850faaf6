"""The Audio2Face server: a stateful service with a GPU and a volume for each pod."""

import re
from dataclasses import dataclass
from enum import Enum

from settings.checks import require, require_name, require_port
from settings.images import Image
from settings.workloads import Resources, Rollout, Stop

_GP3_IOPS_PER_MIB = 4
"""gp3 gives 0.25 MiB/s for each of its operations per second."""
_GP3_THROUGHPUT_MIB = range(125, 2001)
_GP3_BASE_IOPS = 3000
_GP3_IOPS_PER_GIB = 500
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
class Volume:
    """The disk of one pod, a gp3 volume."""

    size_gib: int
    throughput_mib: int
    """MiB/s; the disk is what limits how fast a model loads."""

    def __post_init__(self) -> None:
        """Check against gp3's limits."""
        require(self.size_gib > 0, "volume size_gib", self.size_gib, "must be at least 1")
        require(
            self.throughput_mib in _GP3_THROUGHPUT_MIB,
            "volume throughput_mib",
            self.throughput_mib,
            f"gp3 takes {_GP3_THROUGHPUT_MIB.start} to {_GP3_THROUGHPUT_MIB.stop - 1} MiB/s",
        )
        most = max(_GP3_BASE_IOPS, _GP3_IOPS_PER_GIB * self.size_gib)
        require(
            self.iops <= most,
            "volume throughput_mib",
            self.throughput_mib,
            f"needs {self.iops} IOPS, and gp3 gives {self.size_gib} GiB at most {most}; "
            "make the volume larger",
        )

    @property
    def iops(self) -> int:
        """Operations per second that the throughput needs, never below gp3's included ones."""
        return max(_GP3_BASE_IOPS, self.throughput_mib * _GP3_IOPS_PER_MIB)


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
    stop: Stop
    rollout: Rollout

    def __post_init__(self) -> None:
        """Check the name, the counts, and that a whole clip can finish before the pod stops."""
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
            self.stop.grace > _LONGEST_CLIP_SECONDS,
            "audio2face stop grace",
            self.stop.grace,
            f"must outlast the longest clip of {_LONGEST_CLIP_SECONDS} s",
        )
        require(
            0 < self.engine_limit <= self.rollout.limit - self.rollout.ready_within,
            "audio2face engine_limit",
            self.engine_limit,
            f"build and start must fit into the rollout's {self.rollout.limit} s, "
            f"of which starting may take {self.rollout.ready_within} s",
        )
