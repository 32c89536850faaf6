"""The volume on which models and engines lie: what is where, and how a version comes into use."""

from contextlib import AbstractContextManager
from pathlib import Path

from model_store.failure import ExitCode, Failure
from model_store.files import flush, flush_tree, put_link, remove
from model_store.lock import locked
from model_store.manifest import MANIFEST_NAME, Manifest, is_sha256
from model_store.progress import Progress

_CURRENT = "current"
_PREVIOUS = ".previous"
_VERSIONS = ".versions"


class Volume:
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
        """The version in use."""
        return self._leads_to(_CURRENT)

    @property
    def previous(self) -> str | None:
        """The version that was in use before it."""
        return self._leads_to(_PREVIOUS)

    def manifest(self, version: str) -> Manifest | None:
        """Return what a version that is on the volume lists; None if that cannot be known."""
        try:
            text = (self.versions / version / MANIFEST_NAME).read_text(encoding="ascii")
            return Manifest.from_json(text, expected=version)
        except (OSError, UnicodeError, Failure):
            return None

    def check_names(self, manifest: Manifest) -> None:
        """Raise `Failure` if something that is no link stands where a link of ours must be."""
        for name in (_CURRENT, *_top(manifest)):
            path = self.root / name
            if path.exists() and not path.is_symlink():
                sentence = f"{path} was not made by model-store, which needs its place"
                raise Failure(ExitCode.DISK, f"{sentence}: move it away")

    def reopen(self, version: str) -> None:
        """Take a version that is not complete back to be repaired."""
        self.staging.mkdir(exist_ok=True)
        remove(self.staging / version)
        (self.versions / version).rename(self.staging / version)

    def adopt(self, manifest: Manifest, progress: Progress) -> None:
        """Make a version of what is staged, when the disk has all of it."""
        staged = self.staging / manifest.version
        (staged / MANIFEST_NAME).write_text(manifest.to_json(), encoding="ascii")
        flush_tree(staged, wait=lambda: progress.add(note="the disk is writing"))
        self.versions.mkdir(exist_ok=True)
        staged.rename(self.versions / manifest.version)
        flush(self.versions)

    def use(self, manifest: Manifest) -> None:
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


def _top(manifest: Manifest) -> set[str]:
    return {file.path.partition("/")[0] for file in manifest.files}


def _link(path: Path) -> str | None:
    return str(path.readlink()) if path.is_symlink() else None
