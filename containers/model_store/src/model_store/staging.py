"""The files of a version while they are coming."""

import os
from pathlib import Path

from model_store.files import remove
from model_store.manifest import Manifest


def prepare(directory: Path, manifest: Manifest) -> None:
    """Give every file its place and its size; what it holds stays, what is not listed goes."""
    sizes = {directory / file.path: file.size for file in manifest.files}
    directories = {
        path for file in sizes for path in file.parents if path.is_relative_to(directory)
    }
    # Parents come before what is in them.
    for path in sorted(directories):
        _make_directory(path)
        for entry in path.iterdir():
            if entry not in sizes and entry not in directories:
                remove(entry)
    for path, size in sizes.items():
        _make_file(path, size)


def _make_directory(path: Path) -> None:
    # A link would lead out of the staging directory what is written.
    if path.is_symlink() or not path.is_dir():
        remove(path)
        path.mkdir(parents=True)


def _make_file(path: Path, size: int) -> None:
    if path.is_symlink() or not path.is_file():
        remove(path)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        if os.fstat(descriptor).st_size != size:
            os.ftruncate(descriptor, size)
    finally:
        os.close(descriptor)
