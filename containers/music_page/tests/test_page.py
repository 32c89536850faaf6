"""The page does what its own tests say, in a played document and in a real browser."""

import os
import subprocess
from pathlib import Path

import pytest

_HERE = Path(__file__).parent
_PAGE = _HERE.parent
_SUITES = sorted(_HERE.glob("browser/*.test.ts"))

pytestmark = pytest.mark.long


def _npm(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["npm", "--silent", *words],
        cwd=_PAGE,
        # Nobody reads colours here, and npm would look whether there is a newer npm.
        env={**os.environ, "NO_COLOR": "1", "NPM_CONFIG_UPDATE_NOTIFIER": "false"},
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )


@pytest.fixture(scope="module")
def built() -> None:
    """Install what the lock file names, unless that is there already, and build the page."""
    lock, installed = _PAGE / "package-lock.json", _PAGE / "node_modules" / ".package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        done = _npm("ci")
        assert done.returncode == 0, done.stderr
    done = _npm("run", "build")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.usefixtures("built")
def test_format_lint_types_and_the_contract_with_the_api() -> None:
    """The types of what the API answers are made of its document, and none of them is old."""
    done = _npm("run", "check")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize("suite", ["unit", *_SUITES], ids=lambda suite: Path(suite).name)
def test_the_page(suite: str | Path) -> None:
    """As its own tests have it; those in a browser are files, so that one says what is wrong."""
    one = ["--project", "unit"] if suite == "unit" else ["--project", "browser", str(suite)]
    done = _npm("exec", "--", "vitest", "run", *one)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout
