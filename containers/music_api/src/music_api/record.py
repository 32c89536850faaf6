"""`run.json`: what is known of a run since it was announced."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self


@dataclass(frozen=True, kw_only=True)
class Record:
    """Whose run it is, and what was to be uploaded."""

    owner: str
    created: datetime
    filename: str
    bytes: int

    @classmethod
    def of(cls, document: Mapping[str, Any] | None) -> Self | None:
        """Read the document; None if it is none that we have written."""
        match document:
            case {
                "owner": str(owner),
                "created": str(created),
                "filename": str(filename),
                "bytes": int(size),
            }:
                pass
            case _:
                return None
        try:
            time = datetime.fromisoformat(created)
        except ValueError:
            return None
        return cls(owner=owner, created=time, filename=filename, bytes=size)

    def as_document(self) -> dict[str, Any]:
        return vars(self) | {"created": self.created.isoformat(timespec="milliseconds")}
