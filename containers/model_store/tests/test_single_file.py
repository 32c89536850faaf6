"""The single file that a pod's other containers run, as the image has it."""

import shutil
from importlib.metadata import distribution
from pathlib import Path

import pytest

from containers.model_store.single_file import build
from containers.model_store.tests.examples import FIRST, store
from containers.model_store.tests.pods import Volume
from containers.model_store.tests.s3.server import Server

_PROJECT = Path(__file__).parent.parent
_MOST_BYTES = 5_000_000


@pytest.fixture(scope="module")
def single_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build it from what the image installs: the locked libraries and the program."""
    place = tmp_path_factory.mktemp("image")
    libraries = place / "libraries"
    shutil.copytree(_PROJECT / "src", libraries)
    for line in (_PROJECT / "requirements.txt").read_text().splitlines():
        name, separator, _ = line.partition("==")
        if separator:
            _copy_installed(name, libraries)
    build(libraries, place / "model-store")
    return place / "model-store"


def _copy_installed(name: str, libraries: Path) -> None:
    for file in distribution(name).files or []:
        if file.suffix != ".pyc" and ".." not in file.parts:
            target = libraries / file
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file.locate(), target)


def test_it_needs_nothing_but_python(
    single_file: Path, server: Server, volume: Volume, tmp_path: Path
) -> None:
    """It pulls with an interpreter that sees no installed package."""
    version = store(server, FIRST).version
    run = volume.pull(
        version,
        program=("-S", str(single_file)),
        PYTHONPATH="",
        SHIV_ROOT=str(tmp_path / "unpacked"),
    )
    assert (run.code, run.errors) == (0, "")
    assert volume.has(version, FIRST)


def test_it_is_small(single_file: Path) -> None:
    """It is copied at every start of a pod, and unpacked."""
    assert single_file.stat().st_size < _MOST_BYTES
