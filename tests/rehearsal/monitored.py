"""A cluster with kube-prometheus-stack and dcgm-exporter in it, and what Prometheus says there."""

import copy
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from lightkube import Client

from charts.monitoring import NAMESPACE
from rehearsal.cluster.operators import OPERATORS, Release
from rehearsal.cluster.pod_identity import environment_of_pod
from rehearsal.cluster.processes import Processes, ProcessRecord
from tests.rehearsal.asking import Watched
from tests.rehearsal.manifests import ebs_storage_class, workload
from tests.rehearsal.played import Cluster

STACK = "kube-prometheus-stack"
PROMETHEUS = f"{NAMESPACE}.prometheus-{STACK}-prometheus-0"
ALERTMANAGER = f"{NAMESPACE}.alertmanager-{STACK}-alertmanager-0"
"""The names of the processes."""
_SIZE = {"requests": {"cpu": "10m", "memory": "32Mi"}}
_ON_GPUS = {"eks.amazonaws.com/nodegroup": "gpu"}
_TOLERATIONS = [{"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}]
_SCRAPE = "1s"


@dataclass(frozen=True, kw_only=True)
class Monitored(Watched):
    """The cluster, and by what Prometheus and Alertmanager are reached from outside."""

    cluster: Cluster
    release: Release
    told: list[dict[str, Any]]
    """The bodies of what Alertmanager has sent to its receiver."""

    def client(self) -> Client:
        return self.cluster.client

    @property
    def data_plane_port(self) -> int:
        return self.release.plane.data_plane_port

    def process(self, name: str) -> ProcessRecord | None:
        """Return the process that runs for a pod."""
        running = Processes(self.release.directory).running()
        return next((one for one in running if one.name == name), None)

    def apply(self, *objects: dict[str, Any]) -> None:
        self.release.apply(objects)


def values(stack: Mapping[str, Any], receiver: str) -> dict[str, Any]:
    """Return the stack's own values, quicker and for small machines, with another receiver."""
    found: dict[str, Any] = copy.deepcopy(dict(stack))
    spec = found["prometheus"]["prometheusSpec"]
    spec |= {"scrapeInterval": _SCRAPE, "evaluationInterval": _SCRAPE}
    found["kubelet"]["serviceMonitor"]["cAdvisorInterval"] = _SCRAPE
    for part in (
        spec,
        found["alertmanager"]["alertmanagerSpec"],
        *(found[name] for name in ("prometheusOperator", "kube-state-metrics", "grafana")),
    ):
        part |= {"resources": _SIZE, "nodeSelector": {}}
    config = found["alertmanager"]["config"]
    config["route"] |= {"group_wait": "0s", "group_interval": "1s"}
    (topic,) = (one for one in config["receivers"] if one["name"] == "topic")
    topic["webhook_configs"] = [{"url": receiver}]
    return found


_QUICK = {"resources": _SIZE, "nodeSelector": _ON_GPUS, "tolerations": _TOLERATIONS}


@contextmanager
def monitored(
    cluster: Cluster, stack: Mapping[str, Any], exporter: Mapping[str, Any]
) -> Iterator[Monitored]:
    """Install both charts by these values, and a device plugin so that there are GPUs."""
    image = cluster.registry.push("nvidia/k8s-device-plugin")
    on_gpus = {"tolerations": _TOLERATIONS, "nodeSelector": _ON_GPUS}
    cluster.create(
        ebs_storage_class("gp3"), workload("DaemonSet", "plugin", image, template_spec=on_gpus)
    )
    with _receiver() as (url, told):
        release = _release(cluster, STACK, values(stack, url))
        OPERATORS[STACK].install(release)
        monitor = {**exporter["serviceMonitor"], "interval": _SCRAPE}
        quick = {**exporter, **_QUICK, "serviceMonitor": monitor}
        OPERATORS["dcgm-exporter"].install(_release(cluster, "dcgm-exporter", quick))
        yield Monitored(cluster=cluster, release=release, told=told)


def _release(cluster: Cluster, chart: str, chart_values: Mapping[str, Any]) -> Release:
    return Release(
        plane=cluster.control_plane,
        chart=chart,
        namespace=NAMESPACE,
        values=chart_values,
        identity_of=lambda token: environment_of_pod("http://127.0.0.1:1", "cluster", token),
    )


@contextmanager
def _receiver() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Listen for what Alertmanager tells."""
    told: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep the test's output clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/", told
        server.shutdown()
