"""Fixtures that the tests of the library and of both programs share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from containers.analyzer.benchmarks.tools import TOOLS
from containers.analyzer.tests.cloud import Cloud
from containers.model_store.tests.emulated import Emulator


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


@pytest.fixture
def cloud(emulator: Emulator) -> Cloud:
    return Cloud(emulator)


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Know the tools, and see that no test leaves a file or a descriptor behind."""
    for name, value in TOOLS.items():
        monkeypatch.setenv(name, value)
    path = tmp_path / "scratch"
    path.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(path))
    yield path
    assert not list(path.iterdir())
    held = [link.readlink() for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
    assert not [place for place in held if place.is_relative_to(path)]
