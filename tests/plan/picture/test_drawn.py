"""The pictures in the documents, which are drawn and not kept by hand."""

from pathlib import Path

import pytest

from plan.assembly import read_assembly
from plan.picture import alone, pictures

_DOCS = Path(__file__).parents[3] / "docs"


@pytest.mark.parametrize(
    ("system", "stack", "name"),
    [("avadot", "AvadotProd", "avadot/picture.svg"), ("guardian", "GuardianProd", "guardian/picture.svg")],
)
def test_the_reader_sees_what_production_is(
    system: str, stack: str, name: str, request: pytest.FixtureRequest
) -> None:
    """The committed picture is that of the templates as they are now."""
    wide, _ = pictures(read_assembly(request.getfixturevalue(system)).only(stack))
    if request.config.getoption("--update-golden"):
        (_DOCS / name).write_text(alone(wide), encoding="utf-8")
    assert (_DOCS / name).read_text(encoding="utf-8") == alone(wide), "run `make golden`"
