"""The asset of the functions is complete, and the same everywhere."""

import subprocess
import sys
from pathlib import Path

import pytest

from stacks.guardian.program import bundle

HANDLERS = ("begin", "context", "save", "migrate", "upload", "result", "dead_letters")


@pytest.fixture(scope="module")
def asset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the asset as Lambda unpacks it."""
    directory = tmp_path_factory.mktemp("asset")
    bundle(directory)
    return directory


@pytest.mark.parametrize("handler", HANDLERS)
def test_handler_needs_nothing_but_the_asset_and_botocore(asset: Path, handler: str) -> None:
    """What Lambda's Python has built in is botocore; all else must be in the asset."""
    program = (
        "import sys\n"
        "own = [path for path in sys.path if 'site-packages' not in path]\n"
        "sys.path = [sys.argv[1], *own]\n"
        "class Builtin:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        from importlib.machinery import PathFinder\n"
        "        if name.partition('.')[0] in {'botocore', 'jmespath', 'urllib3'}:\n"
        "            return PathFinder.find_spec(name, path or [sys.argv[2]])\n"
        "sys.meta_path.append(Builtin())\n"
        f"from guardian.{handler} import handler\n"
        "assert callable(handler)\n"
    )
    packages = next(path for path in sys.path if path.endswith("site-packages"))

    done = subprocess.run(
        [sys.executable, "-I", "-B", "-c", program, str(asset), packages],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr


def test_asset_holds_no_trace_of_this_machine(asset: Path) -> None:
    """Byte code and records of an install would give it another name on each machine."""
    names = {str(file.relative_to(asset)) for file in asset.rglob("*") if file.is_file()}

    assert {
        "guardian/rds-global-bundle.pem",
        "guardian/migration.sql",
        "guardian/prompt.txt",
    } <= names
    assert not [name for name in names if name.endswith(".pyc")]
    assert {Path(name).name for name in names if ".dist-info" in name} == {"METADATA"}
