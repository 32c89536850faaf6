"""Dashboards ask for what exists, and are of kinds that today's Grafana has."""

import json
import re
from typing import Any

import pytest
from lightkube.models.meta_v1 import ObjectMeta

from charts.dubbing.dashboards import dashboards
from charts.grafana import SIDECAR_LABEL, config_map, document
from charts.panels import COLUMNS, Dashboard, Draw, Panel, Query, Unit, rows
from tests.charts.dubbing.promql import labels_of
from tests.charts.dubbing.recorded import recorded
from tests.settings.dubbing.examples import PROD

_ALL = dashboards(PROD.watching)
_QUERIES = [
    pytest.param(query, id=f"{drawn.uid}-{panel.title}-{number}")
    for drawn in _ALL
    for panel in drawn.panels
    for number, query in enumerate(panel.queries)
]
_KINDS = {
    Draw.STAT: "stat",
    Draw.LINES: "timeseries",
    Draw.BARS: "bargauge",
    Draw.TABLE: "table",
    Draw.HEATMAP: "heatmap",
}

every_dashboard = pytest.mark.parametrize("drawn", _ALL, ids=lambda drawn: drawn.uid)


def _panels(drawn: Dashboard) -> list[dict[str, Any]]:
    panels: list[dict[str, Any]] = document(drawn)["panels"]
    return panels


@pytest.mark.parametrize("query", _QUERIES)
def test_a_query_asks_for_series_and_labels_that_exist(query: Query) -> None:
    """And its legend names labels that the answer has."""
    labels = labels_of(query.expr, recorded())
    assert set(re.findall(r"{{(\w+)}}", query.legend)) <= labels


@pytest.mark.parametrize("query", _QUERIES)
def test_two_series_of_a_panel_are_told_apart(query: Query) -> None:
    """Each label by which the answer may differ is in the legend, or only one series comes."""
    labels = labels_of(query.expr, recorded())
    named = set(re.findall(r"{{(\w+)}}", query.legend))
    # All model services are in one namespace, and a service has one queue.
    assert labels - named <= {"namespace", "service", "queue"}


@every_dashboard
def test_a_panel_is_drawn_as_it_is_meant(drawn: Dashboard) -> None:
    """None by a plug-in or by Angular, which Grafana 12 has dropped; each with a unit."""
    for panel, built in zip(drawn.panels, _panels(drawn), strict=True):
        assert built["type"] == _KINDS[panel.draw]
        assert built["fieldConfig"]["defaults"]["unit"] == panel.unit
        assert [target["expr"] for target in built["targets"]] == [
            query.expr for query in panel.queries
        ]


@every_dashboard
def test_the_reader_chooses_the_data(drawn: Dashboard) -> None:
    """No panel names a Prometheus, which is called otherwise in each Grafana."""
    variables = document(drawn)["templating"]["list"]
    assert [(one["name"], one["type"]) for one in variables] == [("datasource", "datasource")]
    for built in _panels(drawn):
        for where in (built, *built["targets"]):
            assert where["datasource"] == {"type": "prometheus", "uid": "${datasource}"}


@every_dashboard
def test_panels_fill_the_rows_and_do_not_overlap(drawn: Dashboard) -> None:
    """Each place of a dashboard is one panel's."""
    taken = [
        (column, line)
        for place in (built["gridPos"] for built in _panels(drawn))
        for column in range(place["x"], place["x"] + place["w"])
        for line in range(place["y"], place["y"] + place["h"])
    ]
    assert len(taken) == len(set(taken))
    assert max(column for column, _ in taken) < COLUMNS
    assert all(sum(panel.columns for panel in row) == COLUMNS for row in rows(drawn.panels))


@every_dashboard
def test_panels_have_numbers_and_titles_of_their_own(drawn: Dashboard) -> None:
    """A link to a panel leads to one."""
    built = _panels(drawn)
    assert len({panel["id"] for panel in built}) == len(built)
    assert len({panel["title"] for panel in built}) == len(built)
    for panel in built:
        names = [target["refId"] for target in panel["targets"]]
        assert len(names) == len(set(names))


def test_dashboards_have_names_of_their_own() -> None:
    """Grafana keeps only one dashboard of a uid."""
    assert len({drawn.uid for drawn in _ALL}) == len(_ALL)
    assert len({drawn.title for drawn in _ALL}) == len(_ALL)


@every_dashboard
def test_the_sidecar_finds_a_dashboard(drawn: Dashboard) -> None:
    """In a ConfigMap with its label; the file is the JSON model."""
    made = config_map(drawn, ObjectMeta(name="x", namespace="y", labels={"a": "b"})).to_dict()
    assert made["metadata"]["labels"] == {"a": "b", SIDECAR_LABEL: "1"}
    ((name, text),) = made["data"].items()
    assert name == f"{drawn.uid}.json"
    assert json.loads(text) == document(drawn)


@pytest.mark.parametrize(
    ("panel", "steps"),
    [
        (_ALL[0].panels[0], [(None, "green"), (15_000, "yellow"), (20_000, "red")]),
        (_ALL[1].panels[2], [(None, "red"), (0.9, "yellow"), (0.95, "green")]),
    ],
    ids=["what should be low", "what should be high"],
)
def test_a_level_colours_what_is_worse(panel: Panel, steps: list[tuple[float | None, str]]) -> None:
    """Above it where more is worse, below it where less is."""
    drawn = Dashboard(uid="x", title="x", description="x", panels=(panel,))
    (built,) = _panels(drawn)
    thresholds = built["fieldConfig"]["defaults"]["thresholds"]["steps"]
    assert [(step["value"], step["color"]) for step in thresholds] == steps


@every_dashboard
def test_a_share_is_drawn_on_its_whole_scale(drawn: Dashboard) -> None:
    """Use of a GPU goes to 100, so that two panels can be compared."""
    for panel in drawn.panels:
        if panel.unit is Unit.PERCENT and panel.draw is Draw.LINES:
            assert panel.highest == 100, panel.title
