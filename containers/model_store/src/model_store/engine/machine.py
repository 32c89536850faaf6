"""What this machine contributes to an engine: its GPU and its TensorRT."""

from dataclasses import dataclass

from model_store.engine import gpu, trtexec
from model_store.engine.key import Key
from model_store.engine.network import Network
from model_store.engine.recipe import BUILD_RULES, TRACKS


@dataclass(frozen=True, kw_only=True)
class Machine:
    """The GPU that engines are built for, and the tool that builds them."""

    gpu: gpu.Gpu
    trtexec: trtexec.Trtexec

    @classmethod
    def here(cls) -> "Machine":
        """Ask NVIDIA's tools; raise `Failure` if one of them is missing."""
        return cls(gpu=gpu.find(), trtexec=trtexec.find())

    def key(self, network: Network) -> Key:
        """Return the key of the network's engine on this machine."""
        return Key(
            onnx_sha256=network.onnx_sha256,
            tensorrt=self.trtexec.version,
            capability=self.gpu.capability,
            gpu=self.gpu.name,
            driver=self.gpu.driver_major,
            arguments=network.recipe.arguments(TRACKS),
            build_rules=BUILD_RULES,
        )
