"""Remembers from which inputs a file was made, so that it is made once."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """A note beside a made file: the fingerprint of its inputs."""

    file: Path
    fingerprint: str

    @property
    def is_current(self) -> bool:
        """Whether the file exists and was made from these inputs."""
        return (
            self.file.exists()
            and self._note.exists()
            and self._note.read_text() == self.fingerprint
        )

    def write(self) -> None:
        """Note that the file is made; call it last."""
        self._note.parent.mkdir(exist_ok=True)
        self._note.write_text(self.fingerprint)

    @property
    def _note(self) -> Path:
        return self.file.parent.parent / "stamps" / self.file.name


def fingerprint(parts: Iterable[str | bytes]) -> str:
    """Return a digest of the parts; moving a byte from one part to the next changes it."""
    digest = hashlib.sha256()
    for part in parts:
        content = part.encode() if isinstance(part, str) else part
        digest.update(len(content).to_bytes(8, "big") + content)
    return digest.hexdigest()
