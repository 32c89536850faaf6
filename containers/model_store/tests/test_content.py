"""What a file holds, in parts."""

import hashlib
from pathlib import Path

import pytest

from model_store.content import describe, ranges


@pytest.mark.parametrize("size", [0, 1, 999, 1000, 1001, 3000, 2_500_000])
def test_the_hashes_are_those_of_the_whole_and_of_each_part(tmp_path: Path, size: int) -> None:
    """Also where the last part is short, and where there is none."""
    content = hashlib.shake_128(b"content").digest(size)
    path = tmp_path / "file"
    path.write_bytes(content)
    parts = [content[at : at + 1000] for at in range(0, size, 1000)]
    assert describe(path, 1000) == (
        size,
        hashlib.sha256(content).hexdigest(),
        tuple(hashlib.sha256(part).hexdigest() for part in parts),
    )


def test_parts_larger_than_what_is_read_at_once_are_hashed_whole(tmp_path: Path) -> None:
    """A part is 8 MiB in the bucket."""
    content = hashlib.shake_128(b"content").digest(5 << 20)
    path = tmp_path / "file"
    path.write_bytes(content)
    first, second = content[: 3 << 20], content[3 << 20 :]
    assert describe(path, 3 << 20).parts == (
        hashlib.sha256(first).hexdigest(),
        hashlib.sha256(second).hexdigest(),
    )


def test_ranges_cover_the_file_without_a_gap() -> None:
    """The last one ends with the file."""
    found = [(part.offset, part.size, part.sha256) for part in ranges(2500, 1000, "abc")]
    assert found == [(0, 1000, "a"), (1000, 1000, "b"), (2000, 500, "c")]
