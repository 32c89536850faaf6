"""Figures that drills measure, told at the end of the run."""

from collections.abc import Callable
from pathlib import Path

import pytest

from rehearsal.cluster.decoders import build_decoders
from rehearsal.toolchain import prepare
from tests.rehearsal.checkout import TOOLS

_FIGURE = "rehearsal figure"

Figure = Callable[[str], None]


@pytest.fixture(scope="session", autouse=True)
def _decoders() -> None:
    """Build the decoders before a drill starts threads that look at a cluster."""
    build_decoders()


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Figure:
    def note(text: str) -> None:
        request.node.user_properties.append((_FIGURE, text))

    return note


@pytest.fixture(scope="module")
def afresh() -> bool:
    """Let a module of drills begin from a checkpoint; one that says otherwise replaces this."""
    return False


@pytest.fixture(scope="session")
def tools() -> Path:
    """Build the tools of the repository, where a fresh clone has none; every copy shares them."""
    prepare(TOOLS, print)
    return TOOLS


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    texts = [
        value
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, [])
        for name, value in report.user_properties
        if name == _FIGURE
    ]
    if texts:
        terminalreporter.section("rehearsal figures")
        for text in texts:
            terminalreporter.write_line(text)
