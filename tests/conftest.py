"""Fixtures shared by all tests."""

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

# Node beside this Python, not the machine's: jsii starts the first one on the PATH.
os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

_GOLDEN = Path(__file__).parent / "golden"

Golden = Callable[[str, Sequence[dict[str, Any]]], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `make golden` rewrite the reviewed files."""
    parser.addoption("--update-golden", action="store_true", help="rewrite tests/golden")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compare documents with the reviewed file of a name, as charts/prod/backend."""

    def compare(name: str, documents: Sequence[dict[str, Any]]) -> None:
        path = _GOLDEN / f"{name}.yaml"
        text = yaml.safe_dump_all(documents)
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        assert path.exists(), f"{path} does not exist: make it with `make golden`, and read it"
        assert text == path.read_text(), f"{path} differs: if that is wanted, run `make golden`"

    return compare
