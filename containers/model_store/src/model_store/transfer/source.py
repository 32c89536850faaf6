"""What a transfer is asked for: ranges of objects, and where the objects can be read."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from model_store.content import Range


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where one object can be read now: a URL that carries its permission, for a limited time."""

    url: str
    headers: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Part:
    """A range of an object that is wanted at the same offset of a file.

    The file exists already and has its whole size; `name` is the object's for the caller.
    """

    name: str
    target: Path
    offset: int
    size: int
    sha256: str

    @classmethod
    def of(cls, found: Range, *, name: str, target: Path) -> "Part":
        """Want this range of the object in the file."""
        return cls(
            name=name, target=target, offset=found.offset, size=found.size, sha256=found.sha256
        )
