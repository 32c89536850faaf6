"""Dashboards as Grafana reads them, and the ConfigMaps from which its sidecar takes them."""

import json
import warnings
from string import ascii_uppercase
from typing import Any

from lightkube.models.core_v1 import ConfigMap
from lightkube.models.meta_v1 import ObjectMeta

from charts.panels import Dashboard, Draw, Panel, Query, rows
from settings.watching import Levels

with warnings.catch_warnings():
    # The SDK would rather have dashboardv2, which the sidecar's provisioning does not read.
    warnings.simplefilter("ignore", DeprecationWarning)
    from grafana_foundation_sdk.builders import (
        bargauge,
        common,
        dashboard,
        heatmap,
        prometheus,
        stat,
        table,
        timeseries,
    )
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import common as common_models
from grafana_foundation_sdk.models import dashboard as models
from grafana_foundation_sdk.models import heatmap as heatmap_models
from grafana_foundation_sdk.models import prometheus as prometheus_models

SIDECAR_LABEL = "grafana_dashboard"
"""By which kube-prometheus-stack's sidecar knows a ConfigMap with dashboards."""
_SOURCE = common_models.DataSourceRef(type_val="prometheus", uid="${datasource}")
_STATS, _GRAPHS = 4, 8
"""How high a row of figures is, and a row with a graph."""
_GREEN, _YELLOW, _RED = "green", "yellow", "red"
_Builder = stat.Panel | timeseries.Panel | bargauge.Panel | table.Panel | heatmap.Panel


def config_map(drawn: Dashboard, metadata: ObjectMeta) -> ConfigMap:
    """Make the ConfigMap of one dashboard; the sidecar looks in Grafana's namespace only."""
    return ConfigMap(
        apiVersion="v1",
        kind="ConfigMap",
        metadata=ObjectMeta(
            name=metadata.name,
            namespace=metadata.namespace,
            labels={**(metadata.labels or {}), SIDECAR_LABEL: "1"},
        ),
        data={f"{drawn.uid}.json": json.dumps(document(drawn), separators=(",", ":"))},
    )


def document(drawn: Dashboard) -> dict[str, Any]:
    """Return the dashboard's JSON model."""
    built = (
        dashboard.Dashboard(drawn.title)
        .uid(drawn.uid)
        .description(drawn.description)
        .tags([drawn.system])
        .timezone("browser")
        .refresh("30s")
        .time("now-6h", "now")
        .readonly()
        .with_variable(dashboard.DatasourceVariable("datasource").label("Data").type("prometheus"))
    )
    top = 0
    number = 0
    for row in rows(drawn.panels):
        height = _STATS if all(panel.draw is Draw.STAT for panel in row) else _GRAPHS
        left = 0
        for panel in row:
            number += 1
            place = models.GridPos(x=left, y=top, w=panel.columns, h=height)
            built.with_panel(_panel(panel).id(number).grid_pos(place))
            left += panel.columns
        top += height
    model: dict[str, Any] = json.loads(JSONEncoder(sort_keys=True).encode(built.build()))
    return model


def _panel(panel: Panel) -> _Builder:
    """Build what shows the panel, with all that every kind has."""
    built = _drawn(panel)
    built.title(panel.title).datasource(_SOURCE).unit(panel.unit.value)
    if panel.description:
        built.description(panel.description)
    for name, query in zip(ascii_uppercase, panel.queries, strict=False):
        built.with_target(_target(panel.draw, query).ref_id(name))
    if panel.highest is not None:
        built.min(0).max(panel.highest)
    if panel.draw is not Draw.HEATMAP:
        built.thresholds(_thresholds(panel.levels))
    return built


def _drawn(panel: Panel) -> _Builder:
    latest = common.ReduceDataOptions().calcs(["lastNotNull"])
    match panel.draw:
        case Draw.STAT:
            return (
                stat.Panel()
                .reduce_options(latest)
                .graph_mode(common_models.BigValueGraphMode.AREA)
                .color_mode(common_models.BigValueColorMode.VALUE)
            )
        case Draw.LINES:
            return (
                timeseries.Panel()
                .line_width(1)
                .fill_opacity(0)
                .show_points(common_models.VisibilityMode.NEVER)
                .axis_soft_min(0)
                .color_scheme(dashboard.FieldColor().mode(models.FieldColorModeId.PALETTE_CLASSIC))
                .thresholds_style(common.GraphThresholdsStyleConfig().mode(_lines_at(panel)))
                .legend(
                    common.VizLegendOptions()
                    .display_mode(common_models.LegendDisplayMode.LIST)
                    .placement(common_models.LegendPlacement.BOTTOM)
                    .show_legend(show_legend=True)
                )
                .tooltip(
                    common.VizTooltipOptions()
                    .mode(common_models.TooltipDisplayMode.MULTI)
                    .sort(common_models.SortOrder.DESCENDING)
                )
            )
        case Draw.BARS:
            return (
                bargauge.Panel()
                .reduce_options(latest)
                .orientation(common_models.VizOrientation.HORIZONTAL)
                .display_mode(common_models.BarGaugeDisplayMode.BASIC)
                .min(0)
            )
        case Draw.TABLE:
            without_time = models.DataTransformerConfig(
                id_val="organize", options={"excludeByName": {"Time": True}}
            )
            return table.Panel().show_header(show_header=True).with_transformation(without_time)
        case Draw.HEATMAP:
            return (
                heatmap.Panel()
                .calculate(calculate=False)
                .color(
                    heatmap.HeatmapColorOptions()
                    .mode(heatmap_models.HeatmapColorMode.SCHEME)
                    .scheme("Blues")
                    .steps(32)
                )
                .y_axis(heatmap.YAxisConfig().unit(panel.unit.value))
            )


def _lines_at(panel: Panel) -> common_models.GraphThresholdsStyleMode:
    mode = common_models.GraphThresholdsStyleMode
    return mode.DASHED if panel.levels else mode.OFF


def _target(draw: Draw, query: Query) -> prometheus.Dataquery:
    target = prometheus.Dataquery().expr(query.expr).datasource(_SOURCE)
    match draw:
        case Draw.TABLE:
            return target.instant().format(prometheus_models.PromQueryFormat.TABLE)
        case Draw.BARS:
            target.instant()
        case Draw.HEATMAP:
            target.range().format(prometheus_models.PromQueryFormat.HEATMAP)
        case Draw.STAT | Draw.LINES:
            target.range()
    return target.legend_format(query.legend) if query.legend else target


def _thresholds(levels: Levels | None) -> dashboard.ThresholdsConfig:
    """Return where colours change; of a scale that falls, red is at the bottom."""
    steps: list[tuple[float | None, str]]
    if levels is None:
        steps = [(None, _GREEN)]
    elif levels.warning < levels.critical:
        steps = [(None, _GREEN), (levels.warning, _YELLOW), (levels.critical, _RED)]
    else:
        steps = [(None, _RED), (levels.critical, _YELLOW), (levels.warning, _GREEN)]
    return dashboard.ThresholdsConfig().steps(
        [models.Threshold(value=value, color=color) for value, color in steps]
    )
