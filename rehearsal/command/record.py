"""What a deploy leaves for the report, and for the next one."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Record:
    """The last successful `up`.

    `stacks` maps each stack to its seconds, or to nothing where it was up to date already.
    """

    stack: str
    cluster: str | None
    stacks: Mapping[str, float | None]
    images: int
    seconds: float

    def write(self, file: Path) -> None:
        """Keep the record."""
        file.write_text(json.dumps(asdict(self), indent=2))

    @classmethod
    def read(cls, file: Path) -> "Record | None":
        """Return the record if there is one."""
        return cls(**json.loads(file.read_text())) if file.exists() else None
