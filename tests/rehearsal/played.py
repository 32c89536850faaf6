"""A cluster to play in: control plane, nodes, add-ons, and a registry to push images to."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from lightkube import Client
from lightkube.resources.core_v1 import Event, Node, Pod

from rehearsal.cluster import ControlPlane
from rehearsal.cluster.addons import install
from rehearsal.cluster.nodes import NodeTaint, PlayedNodeGroup, join
from rehearsal.cluster.ports import free_ports
from rehearsal.toolchain import prepare
from tests.rehearsal.fake_registry import FakeRegistry, fake_registry

_TOOLS = Path(__file__).parents[2] / ".rehearsal" / "tools"
ZONES = ("ap-northeast-2a", "ap-northeast-2b")
_ADD_ONS = (
    "vpc-cni",
    "kube-proxy",
    "eks-pod-identity-agent",
    "coredns",
    "aws-ebs-csi-driver",
    "metrics-server",
    "aws-secrets-store-csi-driver-provider",
)


class Cluster:
    """A control plane with two CPU and two GPU nodes, and a registry to push images to."""

    def __init__(self, control_plane: ControlPlane, registry: FakeRegistry) -> None:
        self.control_plane = control_plane
        self.registry = registry
        self.client: Client = control_plane.client()

    def create(self, *objects: dict[str, Any]) -> None:
        """Create objects as kubectl does."""
        content = json.dumps({"apiVersion": "v1", "kind": "List", "items": list(objects)})
        self.control_plane.kubectl("create", "-f", "-", standard_input=content)

    def pod(self, name: str) -> dict[str, Any]:
        """Return a pod of the default namespace as JSON."""
        found: dict[str, Any] = self.client.get(Pod, name, namespace="default").to_dict()
        return found

    def container(self, name: str) -> dict[str, Any]:
        """Return the status of a pod's only container, empty while there is none."""
        statuses = self.pod(name)["status"].get("containerStatuses") or [{}]
        container: dict[str, Any] = statuses[0]
        return container

    def pods(self, app: str) -> list[dict[str, Any]]:
        found = self.client.list(Pod, namespace="default", labels={"app": app})
        return [pod.to_dict() for pod in found]

    def ready_pods(self, app: str) -> list[dict[str, Any]]:
        return [pod for pod in self.pods(app) if is_true(pod, "Ready")]

    def events(self, name: str) -> set[str]:
        """Return the reasons of the events about a pod."""
        found = self.client.list(Event, namespace="default", fields={"involvedObject.name": name})
        return {event.reason or "" for event in found}

    def allocatable_gpus(self) -> list[str]:
        """Return what the nodes advertise, where they do."""
        allocatable = [node.to_dict()["status"]["allocatable"] for node in self.client.list(Node)]
        return [figures["nvidia.com/gpu"] for figures in allocatable if "nvidia.com/gpu" in figures]


def is_true(thing: dict[str, Any], condition: str) -> bool:
    """Whether a node or pod has a condition with the status True."""
    conditions = thing["status"].get("conditions") or []
    return any(c["type"] == condition and c["status"] == "True" for c in conditions)


def eventually(holds: Callable[[], bool], seconds: float = 30) -> None:
    """Wait until something holds; fail if it does not in time."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"did not hold within {seconds:.0f} s"
        time.sleep(0.2)


@contextmanager
def played_cluster(directory: Path) -> Iterator[Cluster]:
    """Start a control plane on free ports, with two CPU and two GPU nodes and all add-ons."""
    (port,) = free_ports(1)
    control_plane = ControlPlane(directory, prepare(_TOOLS, print), port)
    with fake_registry() as registry, pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ENDPOINT_URL", registry.endpoint)
        control_plane.start()
        try:
            _furnish(control_plane)
            yield Cluster(control_plane, registry)
        finally:
            control_plane.stop()


def _furnish(control_plane: ControlPlane) -> None:
    for name in _ADD_ONS:
        install(control_plane, name)
    join(control_plane, PlayedNodeGroup(name="cpu", instance_type="t3.large", size=2, zones=ZONES))
    taint = NodeTaint(key="nvidia.com/gpu", value="true", effect="NO_SCHEDULE")
    gpu = PlayedNodeGroup(
        name="gpu", instance_type="g4dn.xlarge", size=2, zones=ZONES, taints=(taint,)
    )
    join(control_plane, gpu)
    client = control_plane.client()
    eventually(lambda: all(is_true(n.to_dict(), "Ready") for n in client.list(Node)))
