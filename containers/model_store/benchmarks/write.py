"""`python -m ….benchmarks.write SOURCE TARGET`: how fast a disk takes such files."""

import os
import sys
from pathlib import Path

_BLOCK = memoryview(os.urandom(8 << 20))


def main() -> None:
    """Write files of the source's sizes in blocks of 8 MiB; end when all are on the disk."""
    source, target = map(Path, sys.argv[1:])
    descriptors = [_write(path, target / path.relative_to(source)) for path in _files(source)]
    for descriptor in descriptors:
        os.fdatasync(descriptor)
        os.close(descriptor)


def _files(source: Path) -> list[Path]:
    return [path for path in source.rglob("*") if path.is_file()]


def _write(source: Path, target: Path) -> int:
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT)
    left = source.stat().st_size
    while left:
        left -= os.write(descriptor, _BLOCK[:left])
    return descriptor


if __name__ == "__main__":
    main()
