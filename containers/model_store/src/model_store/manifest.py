"""The list of the files of one version of the models; its hash is the version."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import PurePosixPath

from model_store.content import Range, ranges
from model_store.failure import ExitCode, Failure

PART_BYTES = 8 << 20
"""Of new manifests: smaller parts cost requests, larger ones leave threads idle at the end."""

MANIFEST_NAME = "manifest.json"

_FORMAT = 1
_RESERVED = ("current", "manifests", MANIFEST_NAME)
"""Names at the top that the volume or the bucket uses itself."""

_SHA256 = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True)
class ManifestFile:
    """One file: its path below the models' directory, its content, and where S3 has it.

    Sizes are bytes, hashes SHA-256 as hexadecimal text; `etag` and `version_id` are empty until
    the file is uploaded. Raises `ValueError` with one sentence.
    """

    path: str
    size: int
    sha256: str
    parts: tuple[str, ...]
    etag: str = ""
    version_id: str = ""

    def __post_init__(self) -> None:
        if fault := _fault_of_path(self.path):
            message = f"the path {self.path!r} {fault}"
            raise ValueError(message)
        if self.size < 0:
            message = f"{self.path} has the size {self.size}"
            raise ValueError(message)
        for sha256 in (self.sha256, *self.parts):
            if not is_sha256(sha256):
                message = f"{self.path} has the SHA-256 {sha256!r}, not 64 hexadecimal digits"
                raise ValueError(message)


@dataclass(frozen=True, kw_only=True)
class ModelManifest:
    """All files of one version, cut into parts of `part_bytes`. Raises `ValueError`."""

    part_bytes: int
    files: tuple[ManifestFile, ...]

    def __post_init__(self) -> None:
        if self.part_bytes < 1:
            message = f"its parts have {self.part_bytes} bytes"
            raise ValueError(message)
        if not self.files:
            message = "it lists no file"
            raise ValueError(message)
        for file in self.files:
            expected = -(-file.size // self.part_bytes)
            if len(file.parts) != expected:
                message = (
                    f"{file.path} of {file.size} bytes has {len(file.parts)} parts, not {expected}"
                )
                raise ValueError(message)
        _check_tree([file.path for file in self.files])

    @cached_property
    def version(self) -> str:
        """The SHA-256 of what the files are; where S3 has them is no part of it."""
        content = sorted([file.path, file.size, file.sha256, file.parts] for file in self.files)
        canonical = json.dumps([self.part_bytes, content], separators=(",", ":"))
        return hashlib.sha256(canonical.encode("ascii")).hexdigest()

    @property
    def bytes(self) -> int:
        return sum(file.size for file in self.files)

    def ranges(self, file: ManifestFile) -> Iterator[Range]:
        return ranges(file.size, self.part_bytes, file.parts)

    def to_json(self) -> str:
        document = {
            "format": _FORMAT,
            "version": self.version,
            "part_bytes": self.part_bytes,
            "files": [asdict(file) for file in self.files],
        }
        return json.dumps(document, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str, *, expected: str) -> "ModelManifest":
        """Read the manifest of the version `expected`; raise `Failure` if it is another's."""
        try:
            manifest = _read(json.loads(text))
        except (ValueError, RecursionError) as error:
            raise Failure(
                ExitCode.DAMAGED, f"the manifest of version {expected} is damaged: {error}"
            ) from error
        if manifest.version != expected:
            raise Failure(
                ExitCode.DAMAGED,
                f"the manifest of version {expected} is damaged: "
                f"it lists the content of version {manifest.version}",
            )
        return manifest


def is_sha256(text: str) -> bool:
    """Say whether this is a SHA-256 (or a version) as 64 lower-case hexadecimal digits."""
    return _SHA256.fullmatch(text) is not None


def _fault_of_path(path: str) -> str | None:
    """Say why a path may not be written below the models' directory, if it may not."""
    names = path.split("/")
    if any(name in ("", ".", "..") for name in names):
        return "is not relative, without empty names, '.' and '..'"
    if any(character in path for character in "\0\\"):
        return "has a NUL or a backslash in it"
    if not path.isprintable():
        return "has characters in it that cannot be printed"
    if names[0].startswith(".") or names[0] in _RESERVED:
        return f"begins with {names[0]!r}, which the model store keeps for itself"
    return None


def _check_tree(paths: Sequence[str]) -> None:
    """Raise `ValueError` if the paths cannot all be files of one directory."""
    files = set(paths)
    [(path, count)] = Counter(paths).most_common(1)
    if count > 1:
        message = f"{path} is listed {count} times"
        raise ValueError(message)
    for path in paths:
        for directory in PurePosixPath(path).parents:
            if str(directory) in files:
                message = f"{directory} is listed as a file, and as the directory of {path}"
                raise ValueError(message)


def _read(document: object) -> ModelManifest:
    match document:
        case {"format": 1, "part_bytes": int(part_bytes), "files": list(entries)}:
            files = tuple(_read_file(entry) for entry in entries)
            return ModelManifest(part_bytes=part_bytes, files=files)
    message = f"it is no manifest of format {_FORMAT}"
    raise ValueError(message)


def _read_file(entry: object) -> ManifestFile:
    match entry:
        case {
            "path": str(path),
            "size": int(size),
            "sha256": str(sha256),
            "parts": list(parts),
            "etag": str(etag),
            "version_id": str(version_id),
        } if etag and version_id and all(isinstance(part, str) for part in parts):
            return ManifestFile(
                path=path,
                size=size,
                sha256=sha256,
                parts=tuple(parts),
                etag=etag,
                version_id=version_id,
            )
    message = f"the file {json.dumps(entry)[:200]} lacks a field"
    raise ValueError(message)
