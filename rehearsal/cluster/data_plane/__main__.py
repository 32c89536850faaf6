"""Runs the data plane until it is stopped: `python -m rehearsal.cluster.data_plane SITE`."""

import logging
import sys
import threading
from pathlib import Path

from lightkube.resources.core_v1 import ConfigMap, Node, Pod, Secret, Service
from lightkube.resources.networking_v1 import Ingress

from rehearsal.cluster.addon_pods import SYSTEM_NAMESPACE
from rehearsal.cluster.agent.controller import run
from rehearsal.cluster.agent.informer import Informer
from rehearsal.cluster.client import client_of
from rehearsal.cluster.components import Layout
from rehearsal.cluster.data_plane.endpoints import Endpoints
from rehearsal.cluster.data_plane.gpus import Gpus
from rehearsal.cluster.data_plane.kubelets import Kubelets
from rehearsal.cluster.data_plane.load_balancer import LoadBalancer
from rehearsal.cluster.data_plane.monitoring import Alertmanager, Prometheus
from rehearsal.cluster.data_plane.plane import DataPlane
from rehearsal.cluster.data_plane.programs import PodPrograms
from rehearsal.cluster.data_plane.proxy import listen
from rehearsal.cluster.data_plane.servers import Servers
from rehearsal.cluster.data_plane.site import Site
from rehearsal.cluster.data_plane.stand_ins import StandIns
from rehearsal.cluster.data_plane.state_metrics import StateMetrics
from rehearsal.cluster.decoders import build_decoders


def main() -> None:
    """Run until killed."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    logging.getLogger("httpx2").setLevel(logging.WARNING)  # one line per request otherwise
    site = Site.read(Path(sys.argv[1]))
    build_decoders()
    changed = threading.Event()
    programs, plane, load_balancer = _assemble(site, changed)
    listen(site.port, plane.respond)
    listen(site.load_balancer_port, load_balancer.respond)
    run([programs], changed)


def _assemble(site: Site, changed: threading.Event) -> tuple[PodPrograms, DataPlane, LoadBalancer]:
    client = client_of(Path(site.kubeconfig))
    pods = Informer(client, Pod, changed=changed.set)
    nodes = Informer(client, Node, changed=_ignore)
    settings = Informer(client, ConfigMap, namespace=SYSTEM_NAMESPACE, changed=_ignore)
    secrets = Informer(client, Secret, namespace=site.namespace, changed=changed.set)
    config_maps = Informer(client, ConfigMap, namespace=site.namespace, changed=changed.set)
    programs = PodPrograms(
        pods,
        Path(site.directory),
        (
            Prometheus(site, secrets, config_maps),
            Alertmanager(site, secrets),
            Servers(site, client),
        ),
    )
    state_metrics = StateMetrics(
        client_of(Path(site.state_metrics_kubeconfig)), site.collectors, site.label_allow_list
    )
    endpoints = Endpoints(pods, Informer(client, Service, changed=_ignore))
    plane = DataPlane(
        endpoints,
        programs,
        state_metrics=state_metrics,
        gpus=Gpus(pods, nodes, settings),
        kubelets=Kubelets(pods, settings),
        stand_ins=StandIns(settings),
        operator_port=site.operator_port,
        layout=Layout(directory=Path(site.kubeconfig).parent),
    )
    ingresses = Informer(client, Ingress, changed=_ignore)
    return programs, plane, LoadBalancer(ingresses, endpoints, programs)


def _ignore() -> None:
    """Do nothing at a change: what counts is what is there when somebody asks."""


if __name__ == "__main__":
    main()
