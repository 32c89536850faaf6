"""What all drills share: built tools, and a way to note figures."""

from collections.abc import Callable
from pathlib import Path

import pytest

from rehearsal.cluster.decoders import build_decoders
from rehearsal.toolchain import prepare
from tests.conftest import FIGURE
from tests.rehearsal.checkout import TOOLS

Figure = Callable[[str], None]


@pytest.fixture(scope="session", autouse=True)
def _decoders() -> None:
    """Build the decoders before a drill starts threads that look at a cluster."""
    build_decoders()


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Figure:
    def note(text: str) -> None:
        request.node.user_properties.append((FIGURE, text))

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
