"""Small versions that lie on a volume, without a bucket that they came from."""

from pathlib import Path

from model_store.content import describe
from model_store.manifest import File, Manifest
from model_store.progress import Progress
from model_store.staging import prepare
from model_store.volume import Volume


def listed(volume: Volume, *paths: str) -> Manifest:
    """List a version whose files hold their own path."""
    local = volume.root.with_name("described")
    files = []
    for path in paths:
        local.write_text(path)
        content = describe(local, 100)
        file = File(path=path, **content._asdict(), etag="e", version_id="v")
        files.append(file)
    return Manifest(part_bytes=100, files=tuple(files))


def used(volume: Volume, *paths: str) -> Manifest:
    """Put such a version into use."""
    manifest = listed(volume, *paths)
    staged = volume.staging / manifest.version
    prepare(staged, manifest)
    for path in paths:
        Path(staged, path).write_text(path)
    volume.adopt(manifest, Progress("received", 0))
    volume.use(manifest)
    return manifest
