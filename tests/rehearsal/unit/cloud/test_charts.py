"""What becomes of a chart that is installed."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from rehearsal.cloud.charts import charts
from rehearsal.cloud.routes import RouteRequest, ServiceError


def _install(chart: Mapping[str, str]) -> Mapping[str, Any]:
    def no_plane(_cluster: str) -> Any:
        return None

    route = charts("http://127.0.0.1:1", no_plane)
    path = route.path.fullmatch("/rehearsal/clusters/blue/charts/install")
    assert path
    return route.answer(RouteRequest(path=path, authorization="", body=json.dumps(chart).encode()))


def test_a_chart_that_cannot_run_here_is_noted() -> None:
    """The report says so."""
    chart = {"chart": "aws-load-balancer-controller", "version": "3.6.0", "namespace": "x"}

    assert _install(chart) == {"rehearsed": "noted, not installed"}


def test_another_version_of_keda_is_refused() -> None:
    """What was not built is not taken for what was."""
    with pytest.raises(ServiceError, match=r"chart keda 2\.19\.0: this rehearsal builds .* of 2\."):
        _install({"chart": "keda", "version": "2.19.0", "namespace": "keda"})
