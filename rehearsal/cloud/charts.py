"""Helm charts that are installed: those whose programs run here."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from rehearsal.cloud.routes import Route, RouteRequest, ServiceError
from rehearsal.cluster import ControlPlane
from rehearsal.cluster.operators import OPERATORS, Release
from rehearsal.cluster.pod_identity import environment_of_pod
from rehearsal.toolchain import CHARTS

_PATH = re.compile(r"/rehearsal/clusters/([^/]+)/charts/(install|uninstall)")
_NOTED = "noted, not installed"
_BAD_REQUEST, _FAILED = 400, 500


def charts(endpoint: str, plane_of: Callable[[str], ControlPlane]) -> Route:
    """Open the path by which `helm` tells what it installs or uninstalls."""

    def answer(request: RouteRequest) -> Mapping[str, Any]:
        cluster, verb = request.path[1], request.path[2]
        chart = json.loads(request.body)
        try:
            if verb == "install":
                return {"rehearsed": install(plane_of(cluster), cluster, chart, endpoint)}
            _uninstall(plane_of(cluster), cluster, chart, endpoint)
        except RuntimeError as error:
            raise ServiceError(_FAILED, "InstallationFailed", str(error)) from error
        return {}

    return Route(path=_PATH, answer=answer)


def install(plane: ControlPlane, cluster: str, chart: Mapping[str, Any], endpoint: str) -> str:
    """Start what runs of a chart, and return in words what that is."""
    name = chart["chart"]
    if name not in OPERATORS:
        return _NOTED
    if name in CHARTS and chart["version"] != CHARTS[name].version:
        message = (
            f"chart {name} {chart['version']}: this rehearsal builds the programs of "
            f"{CHARTS[name].version}; let rehearsal/toolchain/charts.py name the same version"
        )
        raise ServiceError(_BAD_REQUEST, "OtherVersion", message)
    OPERATORS[name].install(_release(plane, cluster, chart, endpoint))
    return OPERATORS[name].rehearsed


def _uninstall(plane: ControlPlane, cluster: str, chart: Mapping[str, Any], endpoint: str) -> None:
    name = chart["chart"]
    if name in OPERATORS:
        OPERATORS[name].remove(_release(plane, cluster, chart, endpoint))


def _release(plane: ControlPlane, cluster: str, chart: Mapping[str, Any], endpoint: str) -> Release:
    return Release(
        plane=plane,
        chart=chart["chart"],
        namespace=chart["namespace"],
        values=chart["values"],
        identity_of=lambda token: environment_of_pod(endpoint, cluster, token),
    )
