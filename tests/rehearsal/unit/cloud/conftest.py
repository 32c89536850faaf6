"""An emulator for tests that need no cluster."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rehearsal.cloud import emulator
from rehearsal.cloud.emulator import Emulator


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """Run an emulator with our additions, without the tools of a control plane."""
    directory = tmp_path_factory.mktemp("rehearsal")
    (directory / "seed").write_text("1")
    yield emulator.start(directory, Path("no-tools"))
    emulator.stop(directory)
