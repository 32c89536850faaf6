"""Decides who answers for a pod: its program, or who plays it."""

from collections.abc import Sequence
from http import HTTPStatus

from lightkube.resources.core_v1 import Pod

from rehearsal.cluster.addon_pods import NAME_LABEL
from rehearsal.cluster.components import Layout
from rehearsal.cluster.data_plane.endpoints import Endpoints
from rehearsal.cluster.data_plane.exposition import CONTENT_TYPE, Family, exposition
from rehearsal.cluster.data_plane.gpus import Gpus
from rehearsal.cluster.data_plane.kubelets import Kubelets
from rehearsal.cluster.data_plane.programs import PodPrograms
from rehearsal.cluster.data_plane.proxy import Request, Response, forward, refused
from rehearsal.cluster.data_plane.stand_ins import StandIns
from rehearsal.cluster.data_plane.state_metrics import StateMetrics
from rehearsal.cluster.objects import is_ready, labels_of, spec_of

_METRICS = "/metrics"
_CADVISOR = "/metrics/cadvisor"


class DataPlane:
    """What stands behind the addresses of a cluster."""

    def __init__(
        self,
        endpoints: Endpoints,
        programs: PodPrograms,
        *,
        state_metrics: StateMetrics,
        gpus: Gpus,
        kubelets: Kubelets,
        stand_ins: StandIns,
        operator_port: int,
        layout: Layout,
    ) -> None:
        self._endpoints = endpoints
        self._programs = programs
        self._state_metrics = state_metrics
        self._gpus = gpus
        self._kubelets = kubelets
        self._stand_ins = stand_ins
        self._operator_port = operator_port
        self._layout = layout

    def respond(self, request: Request) -> Response:
        """Answer for the address that a request is for."""
        endpoint = self._endpoints.find(request.host, request.port)
        if endpoint is None:
            return refused(f"{request.host}:{request.port}: connection refused")
        if endpoint.pod is None:
            return _shown(request, self._kubelets.families(endpoint.address), _CADVISOR)
        return self._of_pod(request, endpoint.pod, endpoint.port)

    def _of_pod(self, request: Request, pod: Pod, port: int) -> Response:
        if local := self._programs.answers_at(pod, port):
            return forward(request, local)
        match labels_of(pod).get(NAME_LABEL):
            case "kube-state-metrics":
                return _shown(request, self._state_metrics.families())
            case "dcgm-exporter":
                return _shown(request, self._gpus.families(pod))
            case "prometheus-operator":
                return forward(request, self._operator_port)
            case str(name) if (file := self._layout.port_file(name)).exists():
                return forward(request, int(file.read_text()))
        return self._played(request, pod)

    def _played(self, request: Request, pod: Pod) -> Response:
        """Answer as a stand-in: one that is probed by HTTP answers that, and shows no figures."""
        probed, families = _probed(pod), self._stand_ins.families(pod)
        if families is None and not probed:
            return refused(f"{request.host}:{request.port}: nothing answers for this pod here")
        if request.target in probed:
            ready = is_ready(pod)
            return Response(status=HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE)
        return _shown(request, families or [])


def _probed(pod: Pod) -> set[str]:
    """Return the paths at which the kubelet asks a pod's containers."""
    probes = [
        probe
        for container in spec_of(pod).containers
        for probe in (container.startupProbe, container.readinessProbe, container.livenessProbe)
    ]
    return {probe.httpGet.path or "/" for probe in probes if probe and probe.httpGet}


def _shown(request: Request, families: Sequence[Family], path: str = _METRICS) -> Response:
    if request.target.partition("?")[0] != path:
        return Response(status=HTTPStatus.NOT_FOUND, body=b"404 page not found\n")
    return Response(headers={"Content-Type": CONTENT_TYPE}, body=exposition(families))
