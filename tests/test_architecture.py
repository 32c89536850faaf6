"""Which room may import which."""

import shutil
import subprocess


def test_the_rooms_keep_their_doors_closed() -> None:
    """The import contract of the design holds for every module."""
    program = shutil.which("lint-imports")
    assert program, "lint-imports is missing: run `make setup`"
    result = subprocess.run([program, "--no-cache"], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout
