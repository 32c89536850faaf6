"""The pictures in the documents, which are drawn and not kept by hand."""

from pathlib import Path

import pytest

from plan.picture import alone
from settings.system import folder_of
from settings.systems import system_of
from tests.plan.conftest import Deployed
from tests.plan.picture.drawn import pictured

_DOCS = Path(__file__).parents[3] / "docs"


def test_the_reader_sees_what_production_is(
    production: Deployed, request: pytest.FixtureRequest
) -> None:
    """The committed picture is that of the templates as they are now."""
    wide, _ = pictured(production.assembly)
    drawn = _DOCS / folder_of(system_of(production.stack)) / "picture.svg"
    if request.config.getoption("--update-golden"):
        drawn.write_text(alone(wide), encoding="utf-8")
    assert drawn.read_text(encoding="utf-8") == alone(wide), "run `make golden`"
