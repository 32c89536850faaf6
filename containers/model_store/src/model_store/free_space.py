"""Free space on the volume: what may be removed, and when."""

import os
import shutil
from collections.abc import Collection, Iterator
from pathlib import Path

from model_store.failure import ExitCode, Failure
from model_store.files import remove
from model_store.progress import megabytes, say
from model_store.volume import ModelVolume

_BLOCK_BYTES = 512
"""The unit of st_blocks, whatever the file system's own is."""


def make_space(volume: ModelVolume, needed: int, *, wanted: str) -> None:
    """Free `needed` bytes; nothing is removed if that does not suffice.

    The version in use stays until the one that is wanted has taken its place.
    """
    free = _free(volume)
    if free >= needed:
        return
    kept = (wanted, volume.current)
    spare = [*_versions(volume, kept), *_engines(volume, kept)]
    if free + sum(_size(path) for path in spare) < needed:
        sentence = f"{volume.root} has {megabytes(free)} free, and {megabytes(needed)} are needed"
        raise Failure(ExitCode.DISK, f"{sentence}: make the volume larger")
    for path in spare:
        if _free(volume) >= needed:
            return
        say(f"removing {path} to make room")
        _discard(volume, path)


def prune(volume: ModelVolume) -> None:
    """Remove all versions but the one in use and the one before it.

    Engines that no version uses any more go with them. As long as no version goes they stay: an
    engine that is on its way has no version yet.
    """
    kept = (volume.current, volume.previous)
    gone = _versions(volume, kept)
    if any(path.parent == volume.versions for path in gone):
        gone += _engines(volume, kept)
    for path in gone:
        _discard(volume, path)


def _versions(volume: ModelVolume, kept: Collection[str | None]) -> list[Path]:
    """Return the versions that may go; what was only staged is the first."""
    return [
        path
        for directory in (volume.staging, volume.versions)
        for path in _entries(directory)
        if path.name not in kept
    ]


def _engines(volume: ModelVolume, kept: Collection[str | None]) -> list[Path]:
    """Return the engines to which none of the kept versions has a link."""
    used = {
        link.parent.name
        for version in kept
        if version
        for directory in (volume.staging, volume.versions)
        for link in _links(directory / version)
    }
    return [path for path in _entries(volume.engines) if path.name not in used]


def _entries(directory: Path) -> list[Path]:
    return sorted(directory.iterdir()) if directory.is_dir() else []


def _links(directory: Path) -> Iterator[Path]:
    for parent, _, files in os.walk(directory):
        for name in files:
            path = Path(parent, name)
            if path.is_symlink():
                yield path.readlink()


def _free(volume: ModelVolume) -> int:
    return shutil.disk_usage(volume.root).free


def _size(path: Path) -> int:
    """Return the bytes that removing a directory frees."""
    return sum(
        Path(parent, name).lstat().st_blocks * _BLOCK_BYTES
        for parent, _, files in os.walk(path)
        for name in files
    )


def _discard(volume: ModelVolume, path: Path) -> None:
    """Remove a directory; a version that is half removed must not stand among the complete."""
    if path.parent == volume.versions:
        volume.reopen(path.name)
        path = volume.staging / path.name
    remove(path)
