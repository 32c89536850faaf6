"""Compares files on the volume with a manifest, by content: size and time prove nothing."""

import errno
import hashlib
import os
import stat
from pathlib import Path

from model_store.manifest import ModelManifest
from model_store.parallel import each
from model_store.progress import ByteProgress
from model_store.transfer.tasks import FilePart

_THREADS = 4
"""Two keep two cores busy, more hide the disk's delay when it has to be read."""

_BLOCK_BYTES = 1 << 20


def is_complete(directory: Path, manifest: ModelManifest, progress: ByteProgress) -> bool:
    """Say whether a directory holds every file of the manifest, and every byte is right."""
    return _has_shape(directory, manifest) and not missing_parts(directory, manifest, progress)


def missing_parts(
    directory: Path, manifest: ModelManifest, progress: ByteProgress
) -> list[FilePart]:
    """Return the parts that are not, or not rightly, in the files of a directory."""
    parts = [
        FilePart.of(part, name=file.path, target=directory / file.path)
        for file in manifest.files
        for part in manifest.ranges(file)
    ]

    def missing(part: FilePart) -> FilePart | None:
        held = _holds(part)
        progress.add(part.size if held else 0)
        return None if held else part

    found = each(missing, parts, threads=_THREADS, wait=progress.add)
    return [part for part in found if part is not None]


def _has_shape(directory: Path, manifest: ModelManifest) -> bool:
    for file in manifest.files:
        try:
            status = (directory / file.path).lstat()
        except OSError:
            return False
        if not stat.S_ISREG(status.st_mode) or status.st_size != file.size:
            return False
    return True


def _holds(part: FilePart) -> bool:
    try:
        file = os.open(part.target, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        return not _never_written(file, part) and _sha256(file, part) == part.sha256
    except OSError:
        return False
    finally:
        os.close(file)


def _never_written(file: int, part: FilePart) -> bool:
    """Say whether a part is a hole, which need not be read; where that is not known, it is none."""
    try:
        return os.lseek(file, part.offset, os.SEEK_DATA) >= part.offset + part.size
    except OSError as error:
        # After the last data there is no such place.
        return error.errno == errno.ENXIO


def _sha256(file: int, part: FilePart) -> str:
    sha256 = hashlib.sha256()
    block = memoryview(bytearray(_BLOCK_BYTES))
    done = 0
    while done < part.size:
        count = os.preadv(file, [block[: part.size - done]], part.offset + done)
        if not count:
            break
        sha256.update(block[:count])
        done += count
    return sha256.hexdigest()
