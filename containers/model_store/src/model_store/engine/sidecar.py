"""What lies beside an engine, written last: which key it has and what its bytes are."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from model_store.content import describe
from model_store.engine.key import Key
from model_store.engine.recipe import Arguments
from model_store.manifest import PART_BYTES, File, Manifest

ENGINE_NAME = "network.trt"
SIDECAR_NAME = "engine.json"

_FORMAT = 1


@dataclass(frozen=True, kw_only=True)
class Sidecar:
    """One engine: its key, its content as a manifest of one file, what the build succeeded with.

    `built_with` differs from the key's arguments when the GPU's memory did not suffice for those.
    """

    key: Key
    content: Manifest
    built_with: Arguments

    @classmethod
    def of(cls, engine: Path, key: Key, *, built_with: Arguments) -> "Sidecar":
        """Describe an engine that was built."""
        size, sha256, parts = describe(engine, PART_BYTES)
        content = _content(key, size=size, sha256=sha256, part_bytes=PART_BYTES, parts=parts)
        return cls(key=key, content=content, built_with=built_with)

    @property
    def file(self) -> File:
        """The engine; its path is that on the volume, below the directory of all engines."""
        return self.content.files[0]

    def to_json(self) -> str:
        """Return the text that `from_json` reads."""
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
                "format": 1,
                "key": part_of_key,
                "size": int(size),
                "sha256": str(sha256),
                "part_bytes": int(part_bytes),
                "parts": list(parts),
                "built_with": list(built_with),
            } if all(isinstance(text, str) for text in (*parts, *built_with)):
                key = Key.read(part_of_key)
                content = _content(
                    key, size=size, sha256=sha256, part_bytes=part_bytes, parts=parts
                )
                if key.name == expected:
                    return cls(key=key, content=content, built_with=tuple(built_with))
        message = f"it does not tell of the engine {expected}"
        raise ValueError(message)


def _content(
    key: Key, *, size: int, sha256: str, part_bytes: int, parts: Sequence[str]
) -> Manifest:
    path = f"{key.name}/{ENGINE_NAME}"
    file = File(path=path, size=size, sha256=sha256, parts=tuple(parts))
    return Manifest(part_bytes=part_bytes, files=(file,))
