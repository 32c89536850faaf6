"""The volume on which models and engines lie: what is where, and how a version comes into use."""

import os
from contextlib import AbstractContextManager
from pathlib import Path

from model_store.failure import ExitCode, Failure
from model_store.files import flush, flush_tree, locked, put_link, remove
from model_store.manifest import MANIFEST_NAME, ModelManifest, is_sha256
from model_store.progress import ByteProgress

_CURRENT = "current"
_PREVIOUS = ".previous"
_VERSIONS = ".versions"


class ModelVolume:
    """A directory on one file system; its links are relative, so it works wherever it is mounted.

    `current` leads to the version in use, and a link for each of its names leads through it.
    """

    def __init__(self, root: Path) -> None:
        """Take a directory that exists: another is a volume that was not mounted."""
        if not root.is_dir():
            sentence = f"there is no directory {root}: mount the volume there"
            raise Failure(ExitCode.DISK, sentence)
        self.root = root
        self.versions = root / _VERSIONS
        self.staging = root / ".staging"
        self.engines = root / ".engines"

    def locked(self) -> AbstractContextManager[int]:
        """Keep other jobs off the volume; yields the lock's descriptor."""
        return locked(self.root / ".lock")

    @property
    def current(self) -> str | None:
        return self._leads_to(_CURRENT)

    @property
    def previous(self) -> str | None:
        return self._leads_to(_PREVIOUS)

    def manifest(self, version: str) -> ModelManifest | None:
        """Return what a version that is on the volume lists; None if that cannot be known."""
        try:
            text = (self.versions / version / MANIFEST_NAME).read_text(encoding="ascii")
            return ModelManifest.from_json(text, expected=version)
        except (OSError, UnicodeError, Failure):
            return None

    def check_names(self, manifest: ModelManifest) -> None:
        """Raise `Failure` if something that is no link stands where a link of ours must be."""
        for name in (_CURRENT, *_top(manifest)):
            path = self.root / name
            if path.exists() and not path.is_symlink():
                sentence = f"{path} was not made by model-store, which needs its name"
                raise Failure(ExitCode.DISK, f"{sentence}: move it away")

    def reopen(self, version: str) -> None:
        """Take a version that is not complete back to be repaired."""
        self.staging.mkdir(exist_ok=True)
        remove(self.staging / version)
        (self.versions / version).rename(self.staging / version)

    def adopt(self, manifest: ModelManifest, progress: ByteProgress) -> None:
        """Make a version of what is staged, when the disk has all of it."""
        staged = self.staging / manifest.version
        (staged / MANIFEST_NAME).write_text(manifest.to_json(), encoding="ascii")
        flush_tree(staged, wait=lambda: progress.add(note="the disk is writing"))
        self.versions.mkdir(exist_ok=True)
        staged.rename(self.versions / manifest.version)
        flush(self.versions)

    def use(self, manifest: ModelManifest) -> None:
        """Let all links lead to a complete version; does again what was not done to the end."""
        self.check_names(manifest)
        version = manifest.version
        if self.current not in (None, version):
            self._lead(_PREVIOUS, f"{_VERSIONS}/{self.current}")
        if self.current != version:
            self._lead(_CURRENT, f"{_VERSIONS}/{version}")
        names = _top(manifest)
        for name in names:
            self._lead(name, f"{_CURRENT}/{name}")
        for entry in self.root.iterdir():
            if entry.name not in names and _link(entry) == f"{_CURRENT}/{entry.name}":
                entry.unlink()
        flush(self.root)

    def _lead(self, name: str, target: str) -> None:
        if _link(self.root / name) != target:
            self.staging.mkdir(exist_ok=True)
            put_link(self.root / name, target, scratch=self.staging)

    def _leads_to(self, name: str) -> str | None:
        directory, _, version = (_link(self.root / name) or "").partition("/")
        return version if directory == _VERSIONS and is_sha256(version) else None


def _top(manifest: ModelManifest) -> set[str]:
    return {file.path.partition("/")[0] for file in manifest.files}


def _link(path: Path) -> str | None:
    return str(path.readlink()) if path.is_symlink() else None


def prepare_staging(directory: Path, manifest: ModelManifest) -> None:
    """Create every file in its size; content is kept, what is not listed is removed."""
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
