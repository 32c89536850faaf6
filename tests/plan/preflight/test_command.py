"""`python -m plan.preflight`, as a person types it."""

import os
import subprocess
import sys
from pathlib import Path

from tests.plan.assemblies import Written, write

OFFLINE = {
    **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}


def test_without_credentials_it_says_so(tmp_path: Path) -> None:
    """One sentence, and the code of wrong input."""
    ended = _preflight(write(tmp_path, Written(name="Avadot", resources={})))

    assert ended.returncode == 2
    assert ended.stderr.startswith("preflight: AWS does not tell whose credentials these are, ")
    assert ended.stderr.count("\n") == 1
    assert ended.stdout == ""


def test_without_an_assembly_it_says_so(tmp_path: Path) -> None:
    """One sentence, and the code of wrong input."""
    ended = _preflight(tmp_path)

    assert ended.returncode == 2
    assert ended.stderr.startswith(f"preflight: {tmp_path} is no cloud assembly")
    assert ended.stderr.count("\n") == 1


def test_without_a_region_it_says_so(tmp_path: Path) -> None:
    """A stack that is deployed anywhere needs to be told where."""
    stack = Written(name="Avadot", resources={}, environment="aws://unknown-account/unknown-region")

    ended = _preflight(write(tmp_path, stack))

    assert ended.returncode == 2
    assert ended.stderr == (
        "preflight: stack Avadot has no region: set AWS_REGION to where it is deployed\n"
    )


def _preflight(assembly: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "plan.preflight", "--assembly", str(assembly)],
        env=OFFLINE,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
