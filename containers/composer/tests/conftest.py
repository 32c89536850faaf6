"""Fixtures of the composer's tests."""

import pytest

from containers.analyzer.benchmarks.tools import TOOLS


@pytest.fixture(autouse=True)
def tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """Know ffmpeg and ffprobe, whatever the machine has."""
    for name, value in TOOLS.items():
        monkeypatch.setenv(name, value)
