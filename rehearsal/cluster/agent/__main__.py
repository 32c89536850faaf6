"""Runs the agent until it is stopped: `python -m rehearsal.cluster.agent --kubeconfig FILE`."""

import argparse
import logging
import os
import signal
import sys
import threading
from pathlib import Path
from urllib.parse import urlsplit

from lightkube import Client
from lightkube.resources.core_v1 import ConfigMap, Node, Pod

from rehearsal.cluster.addon_pods import SYSTEM_NAMESPACE
from rehearsal.cluster.agent.controller import Controller, run
from rehearsal.cluster.agent.dependencies import Dependencies
from rehearsal.cluster.agent.images import EcrRegistry, Pulls
from rehearsal.cluster.agent.informer import Informer
from rehearsal.cluster.agent.kubelet import Kubelet
from rehearsal.cluster.agent.metrics import MetricsServer
from rehearsal.cluster.agent.node_controller import NodeController
from rehearsal.cluster.agent.steps import Programs, Steps
from rehearsal.cluster.agent.volumes import Volumes
from rehearsal.cluster.client import client_of
from rehearsal.cluster.decoders import build_decoders
from rehearsal.cluster.played_steps import STEPS_NAME
from rehearsal.cluster.pod_identity import environment_of_pod
from rehearsal.cluster.processes import Processes
from rehearsal.cluster.provisions import Provisions

_ENDPOINT_VARIABLE = "AWS_ENDPOINT_URL"


def main() -> None:
    """Run until killed."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    logging.getLogger("httpx2").setLevel(logging.WARNING)  # one line per request otherwise
    parser = argparse.ArgumentParser(prog="rehearsal.cluster.agent", description=__doc__)
    parser.add_argument("--kubeconfig", type=Path, required=True)
    parser.add_argument("--steps", type=Path, required=True, help="folder of their files")
    parser.add_argument("--cluster", required=True, help="its name in EKS")
    given = parser.parse_args()
    endpoint = os.environ.get(_ENDPOINT_VARIABLE, "")
    if urlsplit(endpoint).hostname not in ("127.0.0.1", "localhost"):
        sys.exit(f"{_ENDPOINT_VARIABLE} is {endpoint!r}; it must be the emulator on 127.0.0.1")
    build_decoders()
    client = client_of(given.kubeconfig)
    given.steps.mkdir(exist_ok=True)
    agent = environment_of_pod(endpoint, given.cluster, "")
    programs = Programs(
        endpoint=endpoint,
        cluster=given.cluster,
        provisions=Provisions(
            client=client,
            kubeconfig=given.kubeconfig,
            credentials=agent["AWS_CONTAINER_CREDENTIALS_FULL_URI"],
        ),
        processes=Processes(given.steps),
    )
    changed = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    try:
        run(controllers(client, EcrRegistry(endpoint), given.steps, programs, changed), changed)
    finally:
        programs.processes.kill()


def controllers(
    client: Client,
    registry: EcrRegistry,
    directory: Path,
    programs: Programs,
    changed: threading.Event,
) -> tuple[Controller, ...]:
    """Make the controllers, all on the same informers of pods and nodes."""
    pods = Informer(client, Pod, changed=changed.set)
    nodes = Informer(client, Node, changed=changed.set)
    settings = Informer(
        client,
        ConfigMap,
        namespace=SYSTEM_NAMESPACE,
        fields={"metadata.name": STEPS_NAME},
        changed=changed.set,
    )
    steps = Steps(directory, programs, settings)
    return (
        NodeController(client, nodes, pods),
        Volumes(client, pods, nodes, changed.set),
        Kubelet(client, pods, nodes, Pulls(registry.pull), Dependencies(client, pods), steps=steps),
        MetricsServer(client, pods, changed.set),
    )


if __name__ == "__main__":
    main()
