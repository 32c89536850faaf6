"""`engine.json` beside an engine, written last: the engine's key, and what its bytes are."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

from model_store.content import describe
from model_store.engine.recipe import Arguments
from model_store.manifest import PART_BYTES, ManifestFile, ModelManifest

ENGINE_NAME = "network.trt"
SIDECAR_NAME = "engine.json"
_FORMAT = 2


@dataclass(frozen=True, kw_only=True)
class EngineKey:
    """The parts of an engine's key.

    The GPU's name is one because tactics are timed on it, and two cards of one architecture
    differ. The driver's branch is one so that its change leads to a new engine that pods share
    as any other; were it only noted beside the engine, a stored one that no longer fits could not
    be replaced, and every pod would build for itself.
    """

    network: Mapping[str, str]
    """The SHA-256 of each file that the network is read from, by its path."""
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
    def read(cls, document: object) -> "EngineKey":
        """Read what `asdict` gave; raise `ValueError` if it is no key."""
        match document:
            case {
                "network": dict(network),
                "tensorrt": str(tensorrt),
                "capability": str(capability),
                "gpu": str(gpu),
                "driver": str(driver),
                "arguments": list(arguments),
                "build_rules": int(build_rules),
            }:
                return cls(
                    network=network,
                    tensorrt=tensorrt,
                    capability=capability,
                    gpu=gpu,
                    driver=driver,
                    arguments=tuple(arguments),
                    build_rules=build_rules,
                )
        message = "it has no key"
        raise ValueError(message)


@dataclass(frozen=True, kw_only=True)
class Sidecar:
    """One engine: its key, its content as a manifest of one file, what the build succeeded with.

    `built_with` differs from the key's arguments when the GPU's memory did not suffice for those.
    """

    key: EngineKey
    content: ModelManifest
    built_with: Arguments

    @classmethod
    def of(cls, engine: Path, key: EngineKey, *, built_with: Arguments) -> "Sidecar":
        size, sha256, parts = describe(engine, PART_BYTES)
        content = _content(key, size=size, sha256=sha256, part_bytes=PART_BYTES, parts=parts)
        return cls(key=key, content=content, built_with=built_with)

    @property
    def file(self) -> ManifestFile:
        """The engine; its path is that on the volume, below the directory of all engines."""
        return self.content.files[0]

    def to_json(self) -> str:
        document = {
            "format": _FORMAT,
            "key": asdict(self.key),
            "size": self.file.size,
            "sha256": self.file.sha256,
            "part_bytes": self.content.part_bytes,
            "parts": self.file.parts,
            "built_with": self.built_with,
        }
        return json.dumps(document, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str, *, expected: str) -> "Sidecar":
        """Read the sidecar of the engine whose key has this name; raise `ValueError` if it is not.

        What its key says is what its key's name is the hash of.
        """
        match json.loads(text):
            case {
                "format": 2,
                "key": part_of_key,
                "size": int(size),
                "sha256": str(sha256),
                "part_bytes": int(part_bytes),
                "parts": list(parts),
                "built_with": list(built_with),
            } if all(isinstance(text, str) for text in (*parts, *built_with)):
                key = EngineKey.read(part_of_key)
                content = _content(
                    key, size=size, sha256=sha256, part_bytes=part_bytes, parts=parts
                )
                if key.name == expected:
                    return cls(key=key, content=content, built_with=tuple(built_with))
        message = f"it does not tell of the engine {expected}"
        raise ValueError(message)


def _content(
    key: EngineKey, *, size: int, sha256: str, part_bytes: int, parts: Sequence[str]
) -> ModelManifest:
    path = f"{key.name}/{ENGINE_NAME}"
    file = ManifestFile(path=path, size=size, sha256=sha256, parts=tuple(parts))
    return ModelManifest(part_bytes=part_bytes, files=(file,))
