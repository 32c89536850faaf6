"""Helm charts that are installed: programs that run here, and those that are simulated."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from rehearsal.cloud.pod_identity import environment_of_pod
from rehearsal.cloud.routes import Route, RouteRequest, ServiceError
from rehearsal.cluster import ControlPlane, autoscaling, keda
from rehearsal.toolchain import KEDA_VERSION

_PATH = re.compile(r"/rehearsal/clusters/([^/]+)/charts/(install|uninstall)")
_NOTED = "noted, not installed"
_KEDA_RUNS = "its operator, metrics adapter and admission webhooks run, built from their module"
_AUTOSCALER_IS_PLAYED = "played: nodes come for pods that wait, and go when they are idle"
_BAD_REQUEST, _FAILED = 400, 500


def charts(endpoint: str, plane_of: Callable[[str], ControlPlane]) -> Route:
    """Open the path by which `helm` tells what it installs or uninstalls."""

    def answer(request: RouteRequest) -> Mapping[str, Any]:
        cluster, verb = request.path[1], request.path[2]
        chart = json.loads(request.body)
        try:
            if verb == "install":
                return {"rehearsed": install(plane_of(cluster), cluster, chart, endpoint)}
            _uninstall(plane_of(cluster), chart)
        except RuntimeError as error:
            raise ServiceError(_FAILED, "InstallationFailed", str(error)) from error
        return {}

    return Route(path=_PATH, answer=answer)


def install(plane: ControlPlane, cluster: str, chart: Mapping[str, Any], endpoint: str) -> str:
    """Start what runs of a chart, and return in words what that is."""
    match chart["chart"]:
        case "keda":
            if chart["version"] != KEDA_VERSION:
                message = (
                    f"chart keda {chart['version']}: this rehearsal builds KEDA {KEDA_VERSION}; "
                    "let rehearsal/toolchain/keda and programs.py name the same version"
                )
                raise ServiceError(_BAD_REQUEST, "OtherVersion", message)
            keda.install(
                plane,
                chart["namespace"],
                lambda token: environment_of_pod(endpoint, cluster, token),
            )
            return _KEDA_RUNS
        case "cluster-autoscaler":
            autoscaling.enable(plane)
            return _AUTOSCALER_IS_PLAYED
    return _NOTED


def _uninstall(plane: ControlPlane, chart: Mapping[str, Any]) -> None:
    match chart["chart"]:
        case "keda":
            keda.remove(plane, chart["namespace"])
        case "cluster-autoscaler":
            autoscaling.disable(plane)
