"""Which package may import which."""

import shutil
import subprocess


def test_import_contracts_hold() -> None:
    """Those of .importlinter, for every module."""
    program = shutil.which("lint-imports")
    assert program, "lint-imports is missing: run `make setup`"
    result = subprocess.run([program, "--no-cache"], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout
