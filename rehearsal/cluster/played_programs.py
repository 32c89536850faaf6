"""Programs of images that run on this machine: where their modules lie."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

_CONTAINERS = Path(__file__).parents[2] / "containers"
_NOTE = "rehearsed.json"


@dataclass(frozen=True, kw_only=True)
class PlayedProgram:
    """What runs for an image, by the command of the container that names it.

    The command's `python` is that of the rehearsal, which finds its module in the first of the
    folders that has one: a stand-in of a program that is too large for this machine comes first.
    """

    folders: tuple[Path, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    """Stands in for what the image itself sets."""
    serves: str = ""
    """The module that serves the first port of the image's pods, at HOST and PORT."""

    @classmethod
    def read(cls, text: str, base: Path = Path()) -> Self:
        """Read a note: `{"folders": ["stand_in", "src", "../step/src"], "environment": {…}}`."""
        note = json.loads(text)
        return cls(
            folders=tuple((base / folder).resolve() for folder in note["folders"]),
            environment=note.get("environment", {}),
            serves=note.get("serves", ""),
        )

    @classmethod
    def of_image(cls, repository: str) -> Self | None:
        """Return what a note in `containers` says for an image, by the end of its repository."""
        folder = _CONTAINERS / repository.rpartition("/")[2].replace("-", "_")
        note = folder / _NOTE
        return cls.read(note.read_text(), folder) if note.exists() else None
