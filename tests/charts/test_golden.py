"""Every chart draws what was reviewed.

Of environments with production's charts only the differences are kept; namespaces do not count.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.charts.examples import Charts, Objects, all_charts, pick
from tests.conftest import Golden


def _differences(before: Any, after: Any, place: str) -> Iterator[tuple[str, Any, Any]]:
    """Name each place in which two documents differ, with what stands there in each."""
    match before, after:
        case dict(), dict():
            for key in sorted(before.keys() | after.keys()):
                yield from _differences(before.get(key), after.get(key), f"{place}/{key}")
        case list(), list() if len(before) == len(after):
            for number, pair in enumerate(zip(before, after, strict=True)):
                yield from _differences(*pair, f"{place}/{number}")
        case _:
            if before != after:
                yield place, before, after


def _by_name(charts: Charts) -> dict[str, Any]:
    namespace = pick(charts["namespace"], "Namespace")["metadata"]["name"]
    objects = [thing for drawn in charts.values() for thing in drawn]
    neutral: Objects = json.loads(json.dumps(objects).replace(namespace, "(namespace)"))
    return {f"{thing['kind']} {thing['metadata']['name']}": thing for thing in neutral}


def _reviewed() -> Iterator[tuple[str, Objects]]:
    everything = all_charts()
    for (system, environment), charts in everything.items():
        production = everything[system, "prod"]
        if environment != "prod" and charts.keys() == production.keys():
            found = _differences(_by_name(production), _by_name(charts), "")
            yield (
                f"{system}/{environment}",
                [{place.removeprefix("/"): {"prod": b, environment: a} for place, b, a in found}],
            )
        else:
            yield from ((f"{system}/{environment}/{chart}", charts[chart]) for chart in charts)


_REVIEWED = dict(_reviewed())


@pytest.mark.parametrize("name", _REVIEWED)
def test_a_chart_draws_what_was_reviewed(name: str, golden: Golden) -> None:
    """The objects of a chart are those in its golden file."""
    golden(f"charts/{name}", _REVIEWED[name])


def test_no_reviewed_file_is_left_over() -> None:
    """A golden file whose chart is gone would be reviewed for nothing."""
    directory = Path(__file__).parents[1] / "golden" / "charts"
    files = {str(path.relative_to(directory)) for path in directory.rglob("*.yaml")}
    assert files == {f"{name}.yaml" for name in _REVIEWED}
