"""Which way a pull takes into its bucket."""

from functools import cached_property
from typing import TYPE_CHECKING

from model_store.manifest import File, Manifest
from model_store.shortcut import RoundaboutError, Shortcut
from model_store.transfer.source import Source

if TYPE_CHECKING:
    from model_store.bucket import Bucket


class Way:
    """The shortcut as far as it leads, and then botocore's way; raises `Failure`."""

    def __init__(self, *, name: str, prefix: str) -> None:
        self._where = {"name": name, "prefix": prefix}
        self._shortcut: Shortcut | None = None
        self._given: set[str] = set()

    def read_manifest(self, version: str) -> Manifest:
        """Return the list of the version's files."""
        try:
            shortcut = Shortcut(**self._where)
            manifest = shortcut.read_manifest(version)
        except RoundaboutError:
            return self._bucket.read_manifest(version)
        self._shortcut = shortcut
        return manifest

    def source(self, file: File) -> Source:
        """Say where a file can be read."""
        # Who asks again was refused by what was given before: botocore gets new credentials.
        if self._shortcut is None or file.path in self._given:
            return self._bucket.source(file)
        self._given.add(file.path)
        return self._shortcut.source(file)

    @cached_property
    def _bucket(self) -> "Bucket":
        # Imported with botocore, and only when it is needed.
        from model_store.bucket import Bucket  # noqa: PLC0415

        return Bucket(**self._where)
