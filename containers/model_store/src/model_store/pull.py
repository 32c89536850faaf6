"""The job `pull`: downloads one version of the models to a volume, whole and verified."""

import argparse
import os
import shutil
import sys
import time
import zipfile
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Protocol

from model_store.bucket import Bucket
from model_store.failure import ExitCode, Failure
from model_store.files import flush
from model_store.free_space import make_space, prune
from model_store.manifest import ManifestFile, ModelManifest, is_sha256
from model_store.progress import ByteProgress, megabytes, say
from model_store.transfer.fetch import fetch_with
from model_store.transfer.tasks import PresignedUrl
from model_store.transfer.worker_pool import WorkerPool
from model_store.verification import is_complete, missing_parts
from model_store.volume import ModelVolume, prepare_staging

_SPARE = 1.1
"""Free bytes required for each byte to download: file systems need some for themselves."""


PROGRAM_VARIABLE = "MODEL_STORE_PROGRAM"


class VersionStore(Protocol):
    """The part of `Bucket` that a pull needs."""

    def read_manifest(self, version: str) -> ModelManifest:
        """Return the list of the version's files."""

    def presigned(self, file: ManifestFile) -> PresignedUrl:
        """Return a URL of the file, valid for some hours."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--bucket", required=True, help="where the models were published")
    parser.add_argument("--prefix", required=True, help="what their names there begin with")
    parser.add_argument("--version", required=True, help="what `publish` said at its end")
    parser.add_argument("--destination", required=True, type=Path, help="the volume's directory")
    parser.add_argument(
        "--program", type=Path, help="also copy this program there, for a container without it"
    )


def run(arguments: argparse.Namespace) -> None:
    if not is_sha256(arguments.version):
        sentence = f"{arguments.version!r} is not a version: 64 hexadecimal digits"
        raise Failure(ExitCode.ARGUMENTS, sentence)
    bucket = partial(Bucket, name=arguments.bucket, prefix=arguments.prefix)
    pull(ModelVolume(arguments.destination), arguments.version, bucket)
    if arguments.program:
        copy_program(arguments.program)


def pull(volume: ModelVolume, version: str, store: Callable[[], VersionStore]) -> None:
    """Put a version into use on the volume; `store` is opened only if something is missing."""
    with volume.locked() as lock:
        began = time.monotonic()
        manifest = _complete(volume, version)
        received = 0
        if manifest is None:
            # The workers start while the manifest is read, on other processors.
            with closing(WorkerPool(lock)) as pool:
                manifest, received = _download(volume, version, store(), pool)
        volume.use(manifest)
        prune(volume)
        seconds = max(time.monotonic() - began, 0.01)
    outcome = f"{megabytes(received)} received" if received else "verified"
    speed = megabytes((received or manifest.bytes) / seconds)
    say(
        f"version {version[:12]} is in use: {len(manifest.files)} files, "
        f"{megabytes(manifest.bytes)}, {outcome} in {seconds:.1f} s ({speed}/s)"
    )


def _complete(volume: ModelVolume, version: str) -> ModelManifest | None:
    """Return what the version lists if all of it is on the volume, and right."""
    manifest = volume.manifest(version)
    if manifest is None:
        return None
    progress = ByteProgress("verified", manifest.bytes)
    directory = volume.versions / version
    return manifest if is_complete(directory, manifest, progress) else None


def _download(
    volume: ModelVolume, version: str, store: VersionStore, pool: WorkerPool
) -> tuple[ModelManifest, int]:
    """Make the version complete on the volume; return it and the bytes that it took."""
    manifest = store.read_manifest(version)
    volume.check_names(manifest)
    files = {file.path: file for file in manifest.files}
    staged = volume.staging / version
    if (volume.versions / version).exists():
        say(f"version {version[:12]} on the volume is damaged: repairing it")
        volume.reopen(version)
    prepare_staging(staged, manifest)
    parts = missing_parts(staged, manifest, ByteProgress("looked through", manifest.bytes))
    missing = sum(part.size for part in parts)
    if missing < manifest.bytes:
        say(f"{megabytes(manifest.bytes - missing)} are there already, and right")
    make_space(volume, int(missing * _SPARE), wanted=version)
    progress = ByteProgress("received", missing)
    fetch_with(pool, parts, lambda path: store.presigned(files[path]), progress=progress)
    volume.adopt(manifest, progress)
    return manifest, missing


def copy_program(target: Path) -> None:
    """Copy the single file of which this process runs; `target` is the old one or the new one."""
    source = Path(os.environ.get(PROGRAM_VARIABLE) or sys.argv[0])
    if not source.is_file() or not zipfile.is_zipfile(source):
        sentence = (
            f"{source} is not the single file of this program: name that in {PROGRAM_VARIABLE}"
        )
        raise Failure(ExitCode.ARGUMENTS, sentence)
    new = target.with_name(f".{target.name}.new")
    shutil.copyfile(source, new)
    new.chmod(0o755)
    flush(new)
    new.replace(target)
