"""Shows what stands after a deploy: stacks, nodes, workloads, and what was not rehearsed."""

import json
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from lightkube import Client
from lightkube.resources.apps_v1 import DaemonSet, Deployment, StatefulSet
from lightkube.resources.core_v1 import Node, Pod
from lightkube.resources.networking_v1 import Ingress
from rich.console import Console
from rich.table import Table

from rehearsal.cloud.emulator import Emulator
from rehearsal.cluster.client import client_of
from rehearsal.cluster.components import Layout
from rehearsal.cluster.data_plane.load_balancer import PROGRAM as LOAD_BALANCER
from rehearsal.cluster.machine import ZONE_LABEL
from rehearsal.cluster.objects import (
    has_ended,
    is_node_ready,
    key_of,
    labels_of,
    name_of,
    namespace_of,
    spec_of,
)
from rehearsal.cluster.played_programs import PlayedProgram
from rehearsal.cluster.rollouts import rollouts
from rehearsal.cluster.waiting import answers, in_time
from rehearsal.command.workplace import DeployRecord, UpError, Workplace

_SYSTEM = "kube-"
_GPU = "nvidia.com/gpu"
_TYPE = "node.kubernetes.io/instance-type"
_SECONDS_TO_SERVE = 20.0


def nodes_table(client: Client) -> Table:
    """List the nodes of the cluster with their pods."""
    table = Table(title="Nodes", title_justify="left")
    for column in ("node", "zone", "type", "offers", "pods"):
        table.add_column(column)
    pods = [pod for pod in client.list(Pod, namespace="*") if not has_ended(pod)]
    for node in sorted(client.list(Node), key=_place):
        labels, name = labels_of(node), name_of(node)
        table.add_row(
            f"{name.split('.', maxsplit=1)[0]}{'' if is_node_ready(node) else ' (not ready)'}",
            labels.get(ZONE_LABEL),
            labels.get(_TYPE),
            _offer(node),
            _placed([pod for pod in pods if spec_of(pod).nodeName == name]),
        )
    return table


def _place(node: Node) -> tuple[str, str, str]:
    labels = labels_of(node)
    return labels.get(_TYPE, ""), labels.get(ZONE_LABEL, ""), name_of(node)


def _offer(node: Node) -> str:
    offered = (node.status and node.status.allocatable) or {}
    gpus = int(offered.get(_GPU, "0"))
    return f"{offered.get('cpu')} {offered.get('memory')}{f' {gpus} GPU' if gpus else ''}"


def _placed(pods: Sequence[Pod]) -> str:
    """Name the pods by what they belong to; those of the system are only counted."""
    own = Counter(
        labels_of(pod).get("app.kubernetes.io/name", name_of(pod))
        for pod in pods
        if not namespace_of(pod).startswith(_SYSTEM)
    )
    names = [name if count == 1 else f"{name} x{count}" for name, count in sorted(own.items())]
    system = len(pods) - own.total()
    return ", ".join([*names, f"{system} of the system"] if system else names)


class WorkloadState(NamedTuple):
    """A workload outside the system's namespaces, and how many of its pods are ready."""

    namespace: str
    name: str
    kind: str
    ready: int
    wanted: int


def workloads(client: Client) -> list[WorkloadState]:
    """Return the Deployments, StatefulSets, DaemonSets and Rollouts."""
    found = [
        *(
            WorkloadState(one.namespace, one.name, "Rollout", one.ready, one.wanted)
            for one in rollouts(client)
        ),
        *map(_replicated, client.list(Deployment, namespace="*")),
        *map(_replicated, client.list(StatefulSet, namespace="*")),
        *map(_on_nodes, client.list(DaemonSet, namespace="*")),
    ]
    return sorted(one for one in found if not one.namespace.startswith(_SYSTEM))


def _replicated(item: Deployment | StatefulSet) -> WorkloadState:
    wanted = (item.spec.replicas if item.spec else 0) or 0
    ready = (item.status.readyReplicas if item.status else 0) or 0
    return WorkloadState(namespace_of(item), name_of(item), type(item).__name__, ready, wanted)


def _on_nodes(item: DaemonSet) -> WorkloadState:
    status = item.status
    wanted, ready = (status.desiredNumberScheduled, status.numberReady) if status else (0, 0)
    return WorkloadState(namespace_of(item), name_of(item), "DaemonSet", ready, wanted)


def _workloads_table(states: Sequence[WorkloadState]) -> Table:
    table = Table(title="Workloads", title_justify="left")
    table.add_column("namespace")
    table.add_column("workload")
    table.add_column("kind")
    table.add_column("ready", justify="right")
    for one in states:
        table.add_row(one.namespace, one.name, one.kind, f"{one.ready}/{one.wanted}")
    return table


def show(workplace: Workplace, cloud: Emulator, record: DeployRecord, console: Console) -> None:
    """Print the report of a running rehearsal; raise `UpError` if a workload does not serve."""
    console.print(_stacks(record))
    states: Sequence[WorkloadState] = ()
    if record.cluster:
        client = client_of(workplace.kubeconfig)
        states = workloads(client)
        console.print(nodes_table(client))
        console.print(_workloads_table(states))
    console.print(_not_rehearsed(cloud, record))
    for line in _ways_to_look(workplace, cloud, record):
        console.print(line, markup=False, soft_wrap=True)
    if record.cluster:
        for line in _addresses(
            Layout(directory=cloud.directory / "clusters" / record.cluster), client
        ):
            console.print(line, markup=False, soft_wrap=True)
    if lacking := [one for one in states if one.ready < one.wanted]:
        names = (f"{one.namespace}/{one.name} {one.ready} of {one.wanted}" for one in lacking)
        message = f"ready pods are missing: {', '.join(names)}"
        raise UpError(message)


def _stacks(record: DeployRecord) -> Table:
    table = Table(title="Stacks", title_justify="left")
    table.add_column("stack")
    table.add_column("seconds", justify="right")
    for name, seconds in record.stacks.items():
        table.add_row(name, "no change" if seconds is None else f"{seconds:.0f}")
    return table


def _not_rehearsed(cloud: Emulator, record: DeployRecord) -> Table:
    table = Table(title="Not rehearsed, or not as in AWS", title_justify="left", show_header=False)
    for note in sorted(cloud.charts.glob("*.json")):
        chart = json.loads(note.read_text())
        table.add_row(f"chart {chart['chart']} {chart['version']}", chart["rehearsed"])
    table.add_row("machines and containers", "nodes and pods are played, after the image's notes")
    if record.images:
        table.add_row("images", f"{record.images} digests, none built here: assumed to start")
    table.add_row("MySQL, load balancers", "AWS records only; nothing listens")
    return table


def _ways_to_look(workplace: Workplace, cloud: Emulator, record: DeployRecord) -> list[str]:
    own = _short(workplace.toolchain.bin / "kubectl")
    kubectl = "kubectl" if shutil.which("kubectl") else own
    lines = [
        "",
        f"{record.stack}: {record.seconds:.0f} s, order of creation from seed {workplace.seed}",
    ]
    if record.cluster:
        lines += [
            f"  export KUBECONFIG={_short(workplace.kubeconfig)}",
            f"  {kubectl} get pods -A -o wide",
        ]
    lines.append(f"  AWS at {cloud.endpoint}, log {_short(cloud.log)}")
    return lines


def _addresses(layout: Layout, client: Client) -> Iterator[str]:
    """Say where a browser finds what Ingresses lead to, if its program runs on this machine."""
    ingresses = {key_of(ingress) for ingress in client.list(Ingress, namespace="*")}
    for one in client.list(Deployment, namespace="*"):
        images = _images(one) if key_of(one) in ingresses else []
        programs = [PlayedProgram.of_image(image) for image in images]
        if any(program and program.serves for program in programs):
            url = f"http://127.0.0.1:{layout.port_file(LOAD_BALANCER).read_text()}/"
            # Its pod is ready when its stand-in's time is over, the program a little later.
            serves = in_time(partial(answers, f"{url}health"), _SECONDS_TO_SERVE, look_every=0.2)
            yield f"  {name_of(one)} at {url}, " + (
                "where you are logged in" if serves else f"does not answer: see {layout.directory}"
            )


def _images(deployment: Deployment) -> list[str]:
    pod = deployment.spec and deployment.spec.template.spec
    return [container.image or "" for container in pod.containers] if pod else []


def _short(path: Path) -> str:
    """Name a path from here if it lies below."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
