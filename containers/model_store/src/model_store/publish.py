"""The job `publish`: uploads a directory of models as a version that pods can pull."""

import argparse
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from model_store.bucket import MANIFESTS, Bucket, manifest_path
from model_store.content import describe
from model_store.failure import ExitCode, Failure
from model_store.manifest import PART_BYTES, ManifestFile, ModelManifest
from model_store.model_tree import LocalFile, ModelTree, read_tree
from model_store.parallel import each
from model_store.progress import ByteProgress, megabytes, say
from model_store.upload import THREADS, UNVERSIONED, checksum

_HASHING_THREADS = 2
_NAMES_IN_A_LINE = 10
_NEXT = "pods load it when it is models_version of the model store in the settings"


@dataclass(frozen=True, kw_only=True)
class PublishPlan:
    """The files of a version: new, changed, or unchanged (with their ETag and version ID)."""

    new: tuple[ManifestFile, ...]
    changed: tuple[ManifestFile, ...]
    unchanged: tuple[ManifestFile, ...]
    others: tuple[str, ...]
    """Other objects below the prefix; older versions may need them."""

    published: bool
    """Its manifest is in the bucket, and all objects are as it says."""

    @property
    def to_send(self) -> tuple[ManifestFile, ...]:
        return self.new + self.changed


def plan_publish(bucket: Bucket, manifest: ModelManifest, listed: Mapping[str, int]) -> PublishPlan:
    """Compare a version with the bucket, whose objects `listed` gives with their sizes."""
    before = _published_files(bucket, manifest.version, listed)

    def find(file: ManifestFile) -> ManifestFile | None:
        # An older version of the object is as good as the current one: nothing need be sent
        # again to go back to a version that was published once.
        if file.path in before and (found := _find_object(bucket, before[file.path])):
            return found
        return _find_object(bucket, file) if listed.get(file.path) == file.size else None

    found = each(find, manifest.files, threads=THREADS)
    unchanged = tuple(file for file in found if file)
    missing = [file for file, there in zip(manifest.files, found, strict=True) if there is None]
    paths = {file.path for file in manifest.files}
    return PublishPlan(
        new=tuple(file for file in missing if file.path not in listed),
        changed=tuple(file for file in missing if file.path in listed),
        unchanged=unchanged,
        others=tuple(
            path for path in listed if path not in paths and not path.startswith(MANIFESTS)
        ),
        published=not missing and set(before.values()) == set(unchanged),
    )


def _published_files(
    bucket: Bucket, version: str, listed: Mapping[str, int]
) -> dict[str, ManifestFile]:
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


def _find_object(bucket: Bucket, file: ManifestFile) -> ManifestFile | None:
    """Return the file with ETag and version ID, if S3 has its bytes at its path."""
    found = bucket.find(file.path, file.version_id)
    if found is None or found.checksum != checksum(file.parts, file.sha256):
        return None
    return replace(file, etag=found.etag, version_id=found.version_id)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("directory", type=Path, help="holds one directory for each model")
    parser.add_argument("to", metavar="s3://BUCKET/PREFIX/", help="where pods look for models")
    parser.add_argument(
        "--dry-run", action="store_true", help="say what would be uploaded, and change nothing"
    )


def run(args: argparse.Namespace) -> None:
    """Publish the directory; raise `Failure`, after which no reader sees anything of it."""
    began = time.monotonic()
    bucket = Bucket.at(args.to)
    tree = read_tree(args.directory)
    listed = dict(bucket.list())
    manifest = _describe(tree)
    comparison = plan_publish(bucket, manifest, listed)
    _say_differences(tree, comparison, bucket)
    if comparison.published or args.dry_run:
        _check_versioned(bucket, comparison.unchanged)
        state = "is already published" if comparison.published else "would be published"
        say(f"version {manifest.version} {state}: {_extent(manifest.files)}; {_NEXT}")
        return
    sent = _send(bucket, tree, comparison.to_send)
    if path := tree.changed():
        message = f"{tree.directory / path} changed while it was published: publish again"
        raise Failure(ExitCode.DAMAGED, message)
    files = sorted((*comparison.unchanged, *sent), key=lambda file: file.path)
    published = ModelManifest(part_bytes=PART_BYTES, files=tuple(files))
    _write_manifest(bucket, published)
    _check_versioned(bucket, published.files)
    say(
        f"published version {published.version}: {_extent(published.files)}, "
        f"{_extent(sent)} of it sent, in {time.monotonic() - began:.0f} s; {_NEXT}"
    )


def _describe(tree: ModelTree) -> ModelManifest:
    progress = ByteProgress("hashed", sum(file.size for file in tree.files))

    def hashed(file: LocalFile) -> ManifestFile:
        size, sha256, parts = describe(tree.directory / file.path, PART_BYTES)
        progress.add(size)
        return ManifestFile(path=file.path, size=size, sha256=sha256, parts=parts)

    try:
        files = each(hashed, tree.files, threads=_HASHING_THREADS, wait=progress.add)
        return ModelManifest(part_bytes=PART_BYTES, files=tuple(files))
    except ValueError as error:
        raise Failure(
            ExitCode.ARGUMENTS, f"{tree.directory} cannot be published: {error}"
        ) from error


def _send(bucket: Bucket, tree: ModelTree, files: Sequence[ManifestFile]) -> list[ManifestFile]:
    """Upload the files and return them with ETag and version ID."""
    progress = ByteProgress("sent", _bytes(files))

    def send(file: ManifestFile) -> ManifestFile:
        return bucket.upload(
            file, tree.directory / file.path, part_bytes=PART_BYTES, sent=progress.add
        )

    # Large ones take all threads for their parts, small ones a thread each: never both at once.
    large = [send(file) for file in files if file.size > PART_BYTES]
    small = [file for file in files if file.size <= PART_BYTES]
    return large + each(send, small, threads=THREADS, wait=progress.add)


def _write_manifest(bucket: Bucket, manifest: ModelManifest) -> None:
    """Write it last: before, no reader can ask for any of this."""
    path = manifest_path(manifest.version)
    # One is there if objects that it names have gone; it may be replaced, its version says the
    # same content.
    before = bucket.find(path)
    content = manifest.to_json().encode()
    if not bucket.write(path, content, instead_of=before.etag if before else ""):
        # Another process publishes the same version now; its manifest must be right.
        bucket.read_manifest(manifest.version)


def _say_differences(tree: ModelTree, comparison: PublishPlan, bucket: Bucket) -> None:
    for word, files in (("new", comparison.new), ("changed", comparison.changed)):
        for file in files:
            say(f"{word}: {file.path}, {file.size:,} bytes")
    say(f"unchanged: {_extent(comparison.unchanged)}")
    if tree.left_out:
        say(f"left out, because it belongs to one machine: {_names(tree.left_out)}")
    if comparison.others:
        say(f"left alone in {bucket.url()}, for other versions: {_names(comparison.others)}")


def _check_versioned(bucket: Bucket, files: Sequence[ManifestFile]) -> None:
    if any(file.version_id == UNVERSIONED for file in files):
        say(
            f"warning: {bucket.url()} does not keep versions of its objects, so what is published "
            "next can take files of this version away: turn versioning on"
        )


def _bytes(files: Sequence[ManifestFile]) -> int:
    return sum(file.size for file in files)


def _extent(files: Sequence[ManifestFile]) -> str:
    return f"{len(files):,} files with {megabytes(_bytes(files))}"


def _names(paths: Sequence[str]) -> str:
    more = len(paths) - _NAMES_IN_A_LINE
    names = ", ".join(paths[:_NAMES_IN_A_LINE])
    return f"{names} and {more:,} more" if more > 0 else names
