"""The job `pull`: brings one version of the models to a volume, whole and verified."""

import argparse
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Protocol

from model_store.bucket import Bucket
from model_store.failure import ExitCode, Failure
from model_store.manifest import File, Manifest, is_sha256
from model_store.program import hand_on
from model_store.progress import Progress, megabytes, say
from model_store.room import make_room, prune
from model_store.staging import prepare
from model_store.transfer.crew import Crew
from model_store.transfer.fetch import fetch_by
from model_store.transfer.source import Source
from model_store.verification import is_complete, missing_parts
from model_store.volume import Volume

_SPARE = 1.1
"""Room that is asked for, for each byte to come: file systems need some for themselves."""


class Store(Protocol):
    """What a pull needs of a bucket."""

    def read_manifest(self, version: str) -> Manifest:
        """Return the list of the version's files."""

    def source(self, file: File) -> Source:
        """Say where a file can be read."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Define the job's arguments."""
    parser.add_argument("--bucket", required=True, help="where the models were published")
    parser.add_argument("--prefix", required=True, help="what their names there begin with")
    parser.add_argument("--version", required=True, help="what `publish` said at its end")
    parser.add_argument("--destination", required=True, type=Path, help="the volume's directory")
    parser.add_argument(
        "--program", type=Path, help="also copy this program there, for a container without it"
    )


def run(arguments: argparse.Namespace) -> None:
    """Do the job; raise `Failure`."""
    if not is_sha256(arguments.version):
        sentence = f"{arguments.version!r} is not a version: 64 hexadecimal digits"
        raise Failure(ExitCode.ARGUMENTS, sentence)
    bucket = partial(Bucket, name=arguments.bucket, prefix=arguments.prefix)
    pull(Volume(arguments.destination), arguments.version, bucket)
    if arguments.program:
        hand_on(arguments.program)


def pull(volume: Volume, version: str, store: Callable[[], Store]) -> None:
    """Put a version into use on the volume; `store` is opened only if something is missing."""
    with volume.locked() as lock:
        began = time.monotonic()
        manifest = _complete(volume, version)
        received = 0
        if manifest is None:
            # The workers start while the manifest is read, on other processors.
            with closing(Crew(lock)) as crew:
                manifest, received = _bring(volume, version, store(), crew)
        volume.use(manifest)
        prune(volume)
        seconds = max(time.monotonic() - began, 0.01)
    come = f"{megabytes(received)} received" if received else "verified"
    speed = megabytes((received or manifest.bytes) / seconds)
    say(
        f"version {version[:12]} is in use: {len(manifest.files)} files, "
        f"{megabytes(manifest.bytes)}, {come} in {seconds:.1f} s ({speed}/s)"
    )


def _complete(volume: Volume, version: str) -> Manifest | None:
    """Return what the version lists if all of it is on the volume, and right."""
    manifest = volume.manifest(version)
    if manifest is None:
        return None
    progress = Progress("verified", manifest.bytes)
    directory = volume.versions / version
    return manifest if is_complete(directory, manifest, progress) else None


def _bring(volume: Volume, version: str, store: Store, crew: Crew) -> tuple[Manifest, int]:
    """Make the version complete on the volume; return it and the bytes that it took."""
    manifest = store.read_manifest(version)
    volume.check_names(manifest)
    files = {file.path: file for file in manifest.files}
    staged = volume.staging / version
    if (volume.versions / version).exists():
        say(f"version {version[:12]} on the volume is damaged: repairing it")
        volume.reopen(version)
    prepare(staged, manifest)
    parts = missing_parts(staged, manifest, Progress("looked through", manifest.bytes))
    missing = sum(part.size for part in parts)
    if missing < manifest.bytes:
        say(f"{megabytes(manifest.bytes - missing)} are there already, and right")
    make_room(volume, int(missing * _SPARE), wanted=version)
    progress = Progress("received", missing)
    fetch_by(crew, parts, lambda path: store.source(files[path]), progress=progress)
    volume.adopt(manifest, progress)
    return manifest, missing
