"""What of a version lies in the bucket already, and what has to go there."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from model_store.bucket import MANIFESTS, Bucket, manifest_path
from model_store.failure import ExitCode, Failure
from model_store.manifest import File, Manifest
from model_store.parallel import each
from model_store.upload import THREADS, checksum


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """The files of a version by what is to be done; `unchanged` ones know where they lie."""

    new: tuple[File, ...]
    changed: tuple[File, ...]
    unchanged: tuple[File, ...]
    others: tuple[str, ...]
    """What lies below the prefix and is no file of the version; older versions may need it."""

    published: bool
    """Its manifest lies there already, and everything as the manifest says."""

    @property
    def to_send(self) -> tuple[File, ...]:
        """The files that have to be uploaded."""
        return self.new + self.changed


def compare(bucket: Bucket, manifest: Manifest, listed: Mapping[str, int]) -> Comparison:
    """Compare a version with the bucket, whose objects `listed` gives with their sizes."""
    before = _published(bucket, manifest.version, listed)

    def find(file: File) -> File | None:
        # An older version of the object is as good as the current one: nothing need be sent
        # again to go back to a version that was published once.
        if file.path in before and (found := _find(bucket, before[file.path])):
            return found
        return _find(bucket, file) if listed.get(file.path) == file.size else None

    found = each(find, manifest.files, threads=THREADS)
    unchanged = tuple(file for file in found if file)
    missing = [file for file, there in zip(manifest.files, found, strict=True) if there is None]
    paths = {file.path for file in manifest.files}
    return Comparison(
        new=tuple(file for file in missing if file.path not in listed),
        changed=tuple(file for file in missing if file.path in listed),
        unchanged=unchanged,
        others=tuple(
            path for path in listed if path not in paths and not path.startswith(MANIFESTS)
        ),
        published=not missing and set(before.values()) == set(unchanged),
    )


def _published(bucket: Bucket, version: str, listed: Mapping[str, int]) -> dict[str, File]:
    """Return the files of the version's manifest; none if there is none, or a damaged one."""
    if manifest_path(version) not in listed:
        return {}
    try:
        manifest = bucket.read_manifest(version)
    except Failure as failure:
        if failure.code is ExitCode.DAMAGED:
            return {}
        raise
    return {file.path: file for file in manifest.files}


def _find(bucket: Bucket, file: File) -> File | None:
    """Return the file with where it lies, if S3 has its bytes at its path."""
    found = bucket.find(file.path, file.version_id)
    if found is None or found.checksum != checksum(file.parts, file.sha256):
        return None
    return replace(file, etag=found.etag, version_id=found.version_id)
