"""Uploads: what people may send in, and from where."""

import re
from dataclasses import dataclass

from settings.checks import require, require_unique

_ANALYZERS_TAKE_MB = 500
"""The programs refuse what is larger (containers/analyzer)."""
_BYTES_PER_MB = 1_000_000
_LONGEST_URL_SECONDS = 3600
"""A presigned URL ends with the credentials of the function that signed it, which may be sooner."""


@dataclass(frozen=True, kw_only=True)
class Uploads:
    """The bucket that front ends upload to, each file by a URL that was signed for it."""

    prefix: str
    largest_mb: int
    url_seconds: int
    """How long a signed URL may be used."""
    origins: tuple[str, ...]
    """Web sites whose pages may upload."""

    def __post_init__(self) -> None:
        require(
            re.fullmatch(r"(\w[\w.-]*/)+", self.prefix, re.ASCII),
            "uploads prefix",
            self.prefix,
            "write it like uploads/, with a slash at the end only",
        )
        require(
            0 < self.largest_mb <= _ANALYZERS_TAKE_MB,
            "uploads largest_mb",
            self.largest_mb,
            f"must be from 1 to {_ANALYZERS_TAKE_MB}, the analysers take no more",
        )
        require(
            0 < self.url_seconds <= _LONGEST_URL_SECONDS,
            "uploads url_seconds",
            self.url_seconds,
            f"must be from 1 to {_LONGEST_URL_SECONDS}",
        )
        require(self.origins, "uploads origins", self.origins, "name at least one web site")
        require_unique("uploads origins", self.origins)
        for origin in self.origins:
            require(
                re.fullmatch(r"https://[a-z0-9.-]+(:\d+)?|http://localhost(:\d+)?", origin),
                "uploads origins",
                origin,
                "write it like https://guardian.example.com, without a path and without *",
            )

    @property
    def largest_bytes(self) -> int:
        """The size of the largest file."""
        return self.largest_mb * _BYTES_PER_MB
