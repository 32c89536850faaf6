"""`python -m ….benchmarks.check SUMS COMMAND … TARGET`: runs a program and verifies its output.

Runs the command, which fills TARGET, and compares every file there with the SHA-256 in SUMS: what
`sha256sum --check` does, but on all processors and at the speed of OpenSSL.
"""

import hashlib
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

_BLOCK_BYTES = 1 << 20


def main() -> None:
    """End with an error if the program fails or a file is not what it should be."""
    sums, *command, target = sys.argv[1:]
    subprocess.run([*command, target], check=True, stdout=subprocess.DEVNULL)
    lines = Path(sums).read_text().splitlines()
    wanted = {Path(target, path): sha256 for sha256, path in (line.split("  ") for line in lines)}
    largest_first = sorted(wanted, key=lambda path: path.stat().st_size, reverse=True)
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        found = dict(zip(largest_first, threads.map(_sha256, largest_first), strict=True))
    sys.exit(found != wanted)


def _sha256(path: Path) -> str:
    sha256 = hashlib.sha256()
    block = memoryview(bytearray(_BLOCK_BYTES))
    with path.open("rb", buffering=0) as file:
        while count := file.readinto(block):
            sha256.update(block[:count])
    return sha256.hexdigest()


if __name__ == "__main__":
    main()
