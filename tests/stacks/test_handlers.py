"""A function's handler is there before a template names it."""

from pathlib import Path

import pytest

from settings.checks import SettingError
from stacks.parts.handlers import require_handler


@pytest.fixture
def functions(tmp_path: Path) -> Path:
    """Make a folder of functions with one module."""
    (tmp_path / "gate").mkdir()
    (tmp_path / "gate" / "handler.py").write_text("def look(): ...\nasync def wait(): ...\n")
    return tmp_path


@pytest.mark.parametrize("name", ["look", "wait"])
def test_a_handler_that_is_there_is_returned(functions: Path, name: str) -> None:
    assert require_handler(functions, f"gate.handler.{name}") == f"gate.handler.{name}"


@pytest.mark.parametrize(
    ("handler", "reason"),
    [
        ("gate.handlers.look", "has no gate.handlers"),
        ("gate.handler.see", "gate.handler has look, wait"),
    ],
)
def test_a_handler_that_is_not_there_is_refused(functions: Path, handler: str, reason: str) -> None:
    """Lambda would say so at its first call only, and the gate's first call is a release."""
    with pytest.raises(SettingError, match=f"function handler is '{handler}': ") as refused:
        require_handler(functions, handler)
    assert str(refused.value).endswith(reason)
