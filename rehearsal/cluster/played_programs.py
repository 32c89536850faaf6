"""Programs of images that run on this machine: where their modules lie."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

_CONTAINERS = Path(__file__).parents[2] / "containers"
_NOTE = "rehearsed.json"
_MODULE = 2
"""Where a command names it: `python -m MODULE`."""


@dataclass(frozen=True, kw_only=True)
class PlayedProgram:
    """What runs for an image: its own modules, by the Python of the rehearsal."""

    folders: tuple[Path, ...]
    """Where Python finds them."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Stands in for what the image itself sets."""
    files: Mapping[str, Path] = field(default_factory=dict)
    """The same, of variables that name a file or folder."""
    make: str = ""
    """The target of the Makefile that makes those."""
    instead: Mapping[str, str] = field(default_factory=dict)
    """Modules that run in the place of others, which are too large for this machine."""
    serves: str = ""
    """The module that serves the first port of the image's pods, at HOST and PORT."""

    @classmethod
    def read(cls, text: str, base: Path = Path()) -> Self:
        """Read a note: `{"folders": ["src", "../step/src"], "environment": {…}, …}`."""
        note = json.loads(text)
        return cls(
            folders=tuple((base / folder).resolve() for folder in note["folders"]),
            environment=note.get("environment", {}),
            files={name: (base / path).resolve() for name, path in note.get("files", {}).items()},
            make=note.get("make", ""),
            instead=note.get("instead", {}),
            serves=note.get("serves", ""),
        )

    @classmethod
    def of_image(cls, reference: str) -> Self | None:
        """Return what a note in `containers` says for an image, by the end of its repository."""
        name = reference.partition("@")[0].rpartition("/")[2].partition(":")[0]
        folder = _CONTAINERS / name.replace("-", "_")
        note = folder / _NOTE
        return cls.read(note.read_text(), folder) if note.exists() else None

    @property
    def lacks(self) -> bool:
        """Whether a file is still to be made."""
        return not all(path.exists() for path in self.files.values())

    @property
    def variables(self) -> Mapping[str, str]:
        """What stands in for the variables of the image."""
        return {**self.environment, **{name: str(path) for name, path in self.files.items()}}

    def stand_in(self, command: Sequence[str]) -> list[str]:
        """Return a command with the module that runs in the place of the one that it names."""
        return [
            self.instead.get(part, part) if at == _MODULE else part
            for at, part in enumerate(command)
        ]
