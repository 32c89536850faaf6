"""Every chart draws what was reviewed."""

from pathlib import Path

import pytest

from tests.charts import guardian
from tests.charts.examples import (
    OVERLAY,
    WITH_DOMAIN,
    Objects,
    drawn,
)
from tests.conftest import Golden
from tests.settings.examples import DEV, GUARDIAN, PROD

_SERVER = PROD.audio2face.name
_REVIEWED: dict[str, Objects] = {
    **{f"prod/{chart}": objects for chart, objects in drawn(PROD).items()},
    **{f"domain/{chart}": drawn(WITH_DOMAIN)[chart] for chart in ("backend", "tarot", _SERVER)},
    f"dev/{_SERVER}": drawn(DEV)[_SERVER],
    **{f"local/{chart}": objects for chart, objects in OVERLAY.charts.items()},
    **{f"guardian/{chart}": objects for chart, objects in guardian.drawn(GUARDIAN).items()},
    "local/kustomization": [OVERLAY.kustomization()],
}


@pytest.mark.parametrize("name", _REVIEWED)
def test_a_chart_draws_what_was_reviewed(name: str, golden: Golden) -> None:
    """The objects of a chart are those in its golden file."""
    golden(f"charts/{name}", _REVIEWED[name])


def test_no_reviewed_file_is_left_over() -> None:
    """A golden file whose chart is gone would be reviewed for nothing."""
    directory = Path(__file__).parents[1] / "golden" / "charts"
    files = {str(path.relative_to(directory)) for path in directory.rglob("*.yaml")}
    assert files == {f"{name}.yaml" for name in _REVIEWED}
