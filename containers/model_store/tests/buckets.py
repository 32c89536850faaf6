"""A bucket in memory, and what a pull made of it."""

from dataclasses import dataclass
from pathlib import Path

from containers.model_store.tests.ranges import PART_BYTES, RangeServer
from model_store.content import describe
from model_store.manifest import ManifestFile, ModelManifest
from model_store.pull import VersionStore
from model_store.transfer.tasks import PresignedUrl
from model_store.volume import ModelVolume

FILES = {
    "a23/network.onnx": bytes(range(256)) * 40,
    "a23/empty": b"",
    "multi-diffusion/skin/a.npz": b"skin",
}


@dataclass
class Bucket:
    """A bucket with some versions, which counts how often it is opened."""

    server: RangeServer
    scratch: Path
    opened: int = 0

    def __post_init__(self) -> None:
        self._manifests: dict[str, ModelManifest] = {}

    def publish(self, contents: dict[str, bytes]) -> ModelManifest:
        files = []
        for path, content in contents.items():
            self.scratch.write_bytes(content)
            described = describe(self.scratch, PART_BYTES)
            self.server.objects[described.sha256] = content
            file = ManifestFile(path=path, **described._asdict(), etag="e", version_id="v")
            files.append(file)
        manifest = ModelManifest(part_bytes=PART_BYTES, files=tuple(files))
        self._manifests[manifest.version] = manifest
        return manifest

    def open(self) -> VersionStore:
        self.opened += 1
        return self

    def read_manifest(self, version: str) -> ModelManifest:
        return self._manifests[version]

    def presigned(self, file: ManifestFile) -> PresignedUrl:
        return self.server.presigned(file.sha256)


def found_in(volume: ModelVolume) -> dict[str, bytes]:
    """Return what the version in use holds, but for its manifest."""
    root = volume.root / "current"
    paths = (path for path in root.rglob("*") if path.is_file() and path.name != "manifest.json")
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}
