"""What a file holds, as hashes of the whole and of each part."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

_BLOCK_BYTES = 1 << 20
"""Read at once; larger blocks fall out of the processor's cache before they are hashed."""


class Content(NamedTuple):
    """The size of a file in bytes, its SHA-256 and that of each part, as hexadecimal text."""

    size: int
    sha256: str
    parts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Range:
    """One part of a file: where it begins, its size in bytes and the SHA-256 it must have."""

    offset: int
    size: int
    sha256: str


def describe(path: Path, part_bytes: int) -> Content:
    """Read a file once and return its content; the last part may be shorter than `part_bytes`."""
    whole = hashlib.sha256()
    parts: list[str] = []
    size = 0
    block = memoryview(bytearray(min(_BLOCK_BYTES, part_bytes)))
    with path.open("rb", buffering=0) as file:
        while True:
            part = hashlib.sha256()
            left = part_bytes
            while left and (count := file.readinto(block[:left])):
                part.update(block[:count])
                whole.update(block[:count])
                left -= count
            if left == part_bytes:
                return Content(size, whole.hexdigest(), tuple(parts))
            size += part_bytes - left
            parts.append(part.hexdigest())


def ranges(size: int, part_bytes: int, parts: Sequence[str]) -> Iterator[Range]:
    """Yield the parts of a file of `size` bytes with their hashes."""
    for number, sha256 in enumerate(parts):
        offset = number * part_bytes
        yield Range(offset=offset, size=min(part_bytes, size - offset), sha256=sha256)
