"""The GPU of this machine, as nvidia-smi describes it, and its TensorRT."""

import subprocess
from dataclasses import dataclass

from model_store.engine import trtexec
from model_store.engine.network import ModelNetwork
from model_store.engine.recipe import BUILD_RULES, TRACKS
from model_store.engine.sidecar import EngineKey
from model_store.failure import ExitCode, Failure

_QUERY = (
    "nvidia-smi",
    "--id=0",
    "--query-gpu=name,compute_cap,driver_version,memory.total",
    "--format=csv,noheader,nounits",
)
"""Of the GPU that trtexec calls device 0; a pod sees only its own."""

_TIMEOUT_S = 60
"""nvidia-smi answers in seconds; on a lost GPU it hangs."""

_LARGER = ((24, "g5 or g6 (24 GiB)"), (48, "g6e (48 GiB)"))
"""GiB of a GPU, and the instance types that have it (A10G or L4, L40S)."""


@dataclass(frozen=True, kw_only=True)
class Gpu:
    """A GPU: its name, compute capability as 7.5, the driver's version, its memory in MiB."""

    name: str
    capability: str
    driver: str
    memory_mib: int

    @property
    def architecture(self) -> str:
        """The compute capability as the server image knows it: 75."""
        return self.capability.replace(".", "")

    @property
    def driver_major(self) -> str:
        """The driver's branch: 570 of 570.172.08."""
        return self.driver.partition(".")[0]

    @property
    def larger(self) -> str:
        """The instance types whose GPU has more memory."""
        types = [name for gib, name in _LARGER if gib << 10 > self.memory_mib * 1.1]
        return " or ".join(types) or "one with more"


def find_gpu() -> Gpu:
    """Ask for the GPU; raise `Failure` when there is none or it does not answer."""
    try:
        asked = subprocess.run(
            _QUERY, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False
        )
    except OSError as error:
        raise Failure(
            ExitCode.NO_ENGINE,
            "nvidia-smi cannot be started here: the engine job runs in the GPU server's image, "
            f"on a node with the NVIDIA driver ({error.strerror})",
        ) from error
    except subprocess.TimeoutExpired as error:
        raise Failure(
            ExitCode.NO_ENGINE,
            f"nvidia-smi has not answered for {_TIMEOUT_S} s: the GPU of this node is lost, "
            "so replace the node",
        ) from error
    said = (asked.stdout + asked.stderr).strip()
    if asked.returncode:
        last = said.rpartition("\n")[2] or f"exit code {asked.returncode}"
        sentence = f"no GPU is usable here, nvidia-smi says: {last}"
        raise Failure(ExitCode.NO_ENGINE, f"{sentence}; the container needs nvidia.com/gpu: 1")
    match [field.strip() for field in asked.stdout.partition("\n")[0].split(",")]:
        case [name, capability, driver, memory] if memory.isdecimal():
            return Gpu(name=name, capability=capability, driver=driver, memory_mib=int(memory))
    raise Failure(ExitCode.NO_ENGINE, f"nvidia-smi describes the GPU as {said!r}")


@dataclass(frozen=True, kw_only=True)
class Machine:
    """The GPU that engines are built for, and the tool that builds them."""

    gpu: Gpu
    trtexec: trtexec.Trtexec

    @classmethod
    def here(cls) -> "Machine":
        """Ask NVIDIA's tools; raise `Failure` if one of them is missing."""
        return cls(gpu=find_gpu(), trtexec=trtexec.find())

    def key(self, network: ModelNetwork) -> EngineKey:
        return EngineKey(
            network=network.sha256,
            tensorrt=self.trtexec.version,
            capability=self.gpu.capability,
            gpu=self.gpu.name,
            driver=self.gpu.driver_major,
            arguments=network.recipe.arguments(TRACKS),
            build_rules=BUILD_RULES,
        )
