"""The rival that does the same work must notice what the model store does."""

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from containers.model_store.benchmarks.programs import ROOT

_WORDS = b"a few words"


@pytest.mark.parametrize(("brought", "code"), [("a few words", 0), ("a few wordz", 1)])
def test_bytes_that_are_not_those_of_the_version_are_noticed(
    tmp_path: Path, brought: str, code: int
) -> None:
    """One bit is enough."""
    sums = tmp_path / "SHA256SUMS"
    sums.write_text(f"{hashlib.sha256(_WORDS).hexdigest()}  file\n")
    program = ("sh", "-c", f"printf '{brought}' > \"$0/file\"")

    ended = subprocess.run(
        [sys.executable, "-m", "containers.model_store.benchmarks.check", sums, *program, tmp_path],
        cwd=ROOT,
        check=False,
    )

    assert ended.returncode == code
