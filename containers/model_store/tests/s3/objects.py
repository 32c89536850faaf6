"""Objects kept as plain files below one directory, with their older versions when asked."""

import json
import os
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from containers.model_store.tests.s3.answers import (
    no_such_key,
    no_such_version,
    precondition_failed,
)

_OWN = ".s3"
"""The server's own directory below the root: uploads in progress, old versions, metadata."""


@dataclass(frozen=True)
class Stored:
    """One version of one object; what identifies it follows from the file, also after a restart."""

    key: str
    path: Path
    size: int
    modified_ns: int
    identity: str

    @classmethod
    def of(cls, key: str, path: Path) -> "Stored":
        """Describe the file; raises OSError when there is none."""
        status = path.stat()
        identity = f"{status.st_size:08x}{status.st_mtime_ns:016x}{status.st_ino:08x}"
        return cls(key, path, status.st_size, status.st_mtime_ns, identity)

    @property
    def etag(self) -> str:
        """An ETag that, as with multipart uploads, is not the MD5 of the content."""
        return f'"{self.identity}-1"'


class Objects:
    """The objects of one bucket; `versioned` may change while the server runs."""

    def __init__(self, root: Path, *, versioned: bool) -> None:
        self.root = root.resolve()
        self.versioned = versioned
        self._publishing = threading.Lock()

    def find(self, key: str, version: str | None = None) -> Stored:
        """Find the newest or the named version; refuses what there is not."""
        place = self._place(key)
        candidates = [place] if place.is_file() else []
        if version is not None:
            candidates.append(self._old(key) / version)
        for path in candidates:
            try:
                found = Stored.of(key, path)
            except OSError:
                continue
            if version in (None, "null", found.identity):
                return found
        raise no_such_key(key) if version in (None, "null") else no_such_version(version)

    def all_keys(self) -> list[str]:
        found = [
            (Path(folder) / name).relative_to(self.root).as_posix()
            for folder, _, names in os.walk(self.root)
            for name in names
        ]
        return sorted((key for key in found if not key.startswith(_OWN + "/")), key=str.encode)

    def staging(self) -> Path:
        """Give a new path on the same file system for bytes that are not an object yet."""
        folder = self.root / _OWN / "incoming"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / secrets.token_hex(8)

    def publish(
        self,
        key: str,
        staged: Path,
        about: Mapping[str, str],
        *,
        if_match: str = "",
        if_none_match: str = "",
    ) -> Stored:
        """Make the staged file the newest version at once; `about` are headers of every answer.

        With `if_match` it replaces nothing but what has this ETag, with `if_none_match` nothing.
        """
        place = self._place(key)
        # Two uploads within one tick of the file system's clock must differ.
        now = time.time_ns()
        os.utime(staged, ns=(now, now))
        with self._publishing:
            if if_none_match and place.exists():
                raise precondition_failed()
            if if_match and self.find(key).etag != if_match:
                raise precondition_failed()
            if self.versioned and place.exists():
                old = self._old(key)
                old.mkdir(parents=True, exist_ok=True)
                (old / Stored.of(key, place).identity).hardlink_to(place)
            place.parent.mkdir(parents=True, exist_ok=True)
            staged.replace(place)
            stored = Stored.of(key, place)
            self._about(stored).parent.mkdir(parents=True, exist_ok=True)
            self._about(stored).write_text(json.dumps(about))
        return stored

    def about(self, stored: Stored) -> dict[str, str]:
        """Give the headers that came with the upload; none for a file that was there before."""
        try:
            headers: dict[str, str] = json.loads(self._about(stored).read_text())
        except OSError:
            return {}
        return headers

    def _about(self, stored: Stored) -> Path:
        return self.root / _OWN / "about" / stored.identity

    def _old(self, key: str) -> Path:
        return self.root / _OWN / "versions" / quote(key, safe="")

    def _place(self, key: str) -> Path:
        # S3 takes any key; as a path it must stay below the root.
        if {"", ".", "..", _OWN} & set(key.split("/")) or "\0" in key:
            raise no_such_key(key)
        return self.root / key
