"""The picture in the README, which is drawn and not kept by hand."""

from pathlib import Path

import pytest

from plan.assembly import read_assembly
from plan.picture import alone, pictures

_PICTURE = Path(__file__).parents[3] / "docs" / "architecture.svg"


def test_the_reader_sees_what_production_is(avadot: Path, request: pytest.FixtureRequest) -> None:
    """The committed picture is that of the templates as they are now."""
    wide, _ = pictures(read_assembly(avadot).only("AvadotProd"))
    if request.config.getoption("--update-golden"):
        _PICTURE.write_text(alone(wide), encoding="utf-8")
    assert _PICTURE.read_text(encoding="utf-8") == alone(wide), "run `make golden`"
