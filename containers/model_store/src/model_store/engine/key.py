"""What makes one engine another: all that its bytes depend on."""

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cached_property

from model_store.engine.recipe import Arguments


@dataclass(frozen=True, kw_only=True)
class Key:
    """The parts of an engine's key.

    The GPU's name is one because tactics are timed on it, and two cards of one architecture
    differ. The driver's branch is one so that its change leads to a new engine that pods share
    as any other; were it only noted beside the engine, a stored one that no longer fits could not
    be replaced, and every pod would build for itself.
    """

    onnx_sha256: str
    tensorrt: str
    capability: str
    gpu: str
    driver: str
    arguments: Arguments
    build_rules: int

    @cached_property
    def name(self) -> str:
        """The SHA-256 of the parts, as hexadecimal text: the directory of the engine."""
        canonical = json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode("ascii")).hexdigest()

    @classmethod
    def read(cls, document: object) -> "Key":
        """Read what `asdict` gave; raise `ValueError` if it is no key."""
        match document:
            case {
                "onnx_sha256": str(onnx_sha256),
                "tensorrt": str(tensorrt),
                "capability": str(capability),
                "gpu": str(gpu),
                "driver": str(driver),
                "arguments": list(arguments),
                "build_rules": int(build_rules),
            }:
                return cls(
                    onnx_sha256=onnx_sha256,
                    tensorrt=tensorrt,
                    capability=capability,
                    gpu=gpu,
                    driver=driver,
                    arguments=tuple(arguments),
                    build_rules=build_rules,
                )
        message = "it has no key"
        raise ValueError(message)
