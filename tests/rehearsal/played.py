"""A cluster to test with: control plane, nodes, add-ons, and a registry to push images to."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
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
from tests.rehearsal.waiting import until

_REGISTRY = "000000000000.dkr.ecr.ap-northeast-2.amazonaws.com"


@dataclass
class FakeRegistry:
    """Images by digest, answered on `endpoint` as ECR's BatchGetImage does."""

    endpoint: str = ""
    manifests: dict[str, str] = field(default_factory=dict)

    def push(self, repository: str, annotations: Mapping[str, str] | None = None) -> str:
        manifest = json.dumps({"name": repository, "annotations": dict(annotations or {})})
        digest = f"sha256:{sha256(manifest.encode()).hexdigest()}"
        self.manifests[digest] = manifest
        return f"{_REGISTRY}/{repository}@{digest}"

    def missing(self, repository: str) -> str:
        return f"{_REGISTRY}/{repository}@sha256:{'0' * 64}"


@contextmanager
def fake_registry() -> Iterator[FakeRegistry]:
    registry = FakeRegistry()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            digest = question["imageIds"][0]["imageDigest"]
            manifest = registry.manifests.get(digest)
            images = [{"imageManifest": manifest}] if manifest else []
            body = json.dumps({"images": images, "failures": []}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Keep the test's output clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        registry.endpoint = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield registry
        server.shutdown()


_TOOLS = Path(__file__).parents[2] / ".rehearsal" / "tools"
ZONES = ("ap-northeast-2a", "ap-northeast-2b")
CPU_NODES = PlayedNodeGroup(name="cpu", instance_type="t3.large", size=2, zones=ZONES)
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
        content = json.dumps({"apiVersion": "v1", "kind": "List", "items": list(objects)})
        self.control_plane.kubectl("create", "-f", "-", standard_input=content)

    def pod(self, name: str) -> dict[str, Any]:
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
        found = self.client.list(Event, namespace="default", fields={"involvedObject.name": name})
        return {event.reason or "" for event in found}

    def allocatable_gpus(self) -> list[str]:
        allocatable = [node.to_dict()["status"]["allocatable"] for node in self.client.list(Node)]
        return [figures["nvidia.com/gpu"] for figures in allocatable if "nvidia.com/gpu" in figures]


def is_true(thing: dict[str, Any], condition: str) -> bool:
    conditions = thing["status"].get("conditions") or []
    return any(c["type"] == condition and c["status"] == "True" for c in conditions)


@contextmanager
def played_cluster(directory: Path) -> Iterator[Cluster]:
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
    join(control_plane, CPU_NODES)
    taint = NodeTaint(key="nvidia.com/gpu", value="true", effect="NO_SCHEDULE")
    gpu = PlayedNodeGroup(
        name="gpu", instance_type="g4dn.xlarge", size=2, zones=ZONES, taints=(taint,)
    )
    join(control_plane, gpu)
    client = control_plane.client()
    until(lambda: all(is_true(n.to_dict(), "Ready") for n in client.list(Node)))
