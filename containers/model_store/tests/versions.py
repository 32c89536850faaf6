"""Small versions that lie on a volume, without a bucket that they came from."""

from pathlib import Path

from model_store.content import describe
from model_store.manifest import ManifestFile, ModelManifest
from model_store.progress import ByteProgress
from model_store.volume import ModelVolume, prepare_staging


def listed(volume: ModelVolume, *paths: str) -> ModelManifest:
    """List a version whose files hold their own path."""
    local = volume.root.with_name("described")
    files = []
    for path in paths:
        local.write_text(path)
        content = describe(local, 100)
        file = ManifestFile(path=path, **content._asdict(), etag="e", version_id="v")
        files.append(file)
    return ModelManifest(part_bytes=100, files=tuple(files))


def used(volume: ModelVolume, *paths: str) -> ModelManifest:
    manifest = listed(volume, *paths)
    staged = volume.staging / manifest.version
    prepare_staging(staged, manifest)
    for path in paths:
        Path(staged, path).write_text(path)
    volume.adopt(manifest, ByteProgress("received", 0))
    volume.use(manifest)
    return manifest
