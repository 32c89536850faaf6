"""The files that programs with models load, as `make publish` has put them into S3."""

import re
from dataclasses import dataclass

from settings.checks import require


def require_version(field: str, version: str) -> None:
    """Require what names the content of published models."""
    require(
        re.fullmatch(r"[0-9a-f]{64}", version),
        field,
        version,
        "take the 64 hexadecimal digits that `model-store publish` prints",
    )


@dataclass(frozen=True, kw_only=True)
class Models:
    """The files that a program loads, below a prefix of their bucket."""

    version: str
    """Their content, by the SHA-256 that `model-store publish` printed."""
    disk_gib: int
    """What they take at most on a machine's disk."""

    def __post_init__(self) -> None:
        require_version("models version", self.version)
        require(self.disk_gib > 0, "models disk_gib", self.disk_gib, "must be at least 1")
