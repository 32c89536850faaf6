"""Releases of a Rollout on a real control plane, judged by the release gate's own program."""

import base64
import json
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import cdk8s
import yaml
from lightkube.models.core_v1 import (
    Container,
    ContainerPort,
    HTTPGetAction,
    PodSpec,
    PodTemplateSpec,
    Probe,
    ResourceRequirements,
)
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import Pod

from charts.analysis import AnalysisTemplate, MetricLimit, WebAnswer
from charts.objects import NAME_LABEL, Identity
from charts.release_gate import ReleaseGateChart
from charts.rollout import VERSION_LABEL, BlueGreen, active_service, preview_service
from functions.release_gate.kube import KubeClient, Snapshot, read_snapshot
from functions.release_gate.release import GatedRelease, GatedWorkload
from functions.release_gate.rollout import judge_release
from functions.release_gate.verdict import Verdict, Waiting
from rehearsal.cluster.objects import is_ready, labels_of
from rehearsal.cluster.operators import OPERATORS, Release
from rehearsal.cluster.rollouts import rollouts
from settings.workloads import Rollout
from tests.rehearsal.played import Cluster

NAMESPACE = "default"
_PORT = 8000
_GATE = "release-gate"
_UNTIL_SCALED_DOWN = 3
_LITTLE = "20m"
"""Two versions of each test's Rollout fit beside those of all the others."""
_SECONDS_BETWEEN_LOOKS = 0.5


@dataclass
class Measured:
    """What an HTTP server of the test answers: to a request for its health, and as Prometheus."""

    url: str = ""
    health: int = 200
    values: dict[str, list[float]] = field(
        default_factory=lambda: {"before": [0.01], "after": [0.01]}
    )
    """Of the queries of each analysis, which are called like it."""

    def samples(self, query: str) -> bytes:
        """Answer a query with a vector of its values."""
        result = [{"metric": {}, "value": [time.time(), str(one)]} for one in self.values[query]]
        data = {"resultType": "vector", "result": result}
        return json.dumps({"status": "success", "data": data}).encode()


@contextmanager
def measured() -> Iterator[Measured]:
    answers = Measured()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(answers.health, b'{"status": "healthy"}')

        def do_POST(self) -> None:
            asked = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self._answer(200, answers.samples(asked["query"][0]))

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Keep the test's output clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        answers.url = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield answers
        server.shutdown()


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A cluster with Argo's controller, and the rights of the gate in it."""

    cluster: Cluster
    answers: Measured
    operator: Release

    @classmethod
    def prepare(cls, cluster: Cluster, answers: Measured) -> "Stage":
        """Install the controller, and give a service account the gate's own Role."""
        operator = Release(
            plane=cluster.control_plane,
            chart="argo-rollouts",
            namespace="argo-rollouts",
            values={},
            identity_of=lambda _token: {},
        )
        OPERATORS["argo-rollouts"].install(operator)
        made = cls(cluster=cluster, answers=answers, operator=operator)
        role, *_ = ReleaseGateChart(
            cdk8s.App(), system="example", namespace=NAMESPACE, rollouts=True
        ).to_json()
        made.apply(role)
        kubectl = cluster.control_plane.kubectl
        kubectl("create", "serviceaccount", _GATE, "--namespace", NAMESPACE)
        subject = f"--serviceaccount={NAMESPACE}:{_GATE}"
        kubectl("create", "rolebinding", _GATE, f"--role={_GATE}", subject, "-n", NAMESPACE)
        return made

    def apply(self, *objects: Mapping[str, Any]) -> None:
        """Apply as the handler of the CDK does: on the client's side."""
        content = json.dumps({"apiVersion": "v1", "kind": "List", "items": objects})
        self.cluster.control_plane.kubectl("apply", "-f", "-", standard_input=content)

    @contextmanager
    def gate(self) -> Iterator[KubeClient]:
        """Open the gate's client, with the rights of its Role and no other."""
        kubectl = self.cluster.control_plane.kubectl
        config = yaml.safe_load(self.cluster.control_plane.kubeconfig.read_text())
        with KubeClient(
            endpoint=config["clusters"][0]["cluster"]["server"],
            certificate_authority=base64.b64encode(
                self.cluster.control_plane.ca_certificate
            ).decode(),
            token=kubectl("create", "token", _GATE, "--namespace", NAMESPACE).strip(),
        ) as client:
            yield client


@dataclass(frozen=True, kw_only=True)
class Service:
    """A workload that is released blue-green: what its versions have in common."""

    stage: Stage
    name: str
    deadline: int = 600
    scheduled_within: int = 300
    replicas: int | None = 2
    """None where an autoscaler owns the number."""

    @property
    def identity(self) -> Identity:
        return Identity(
            system="example",
            namespace=NAMESPACE,
            name=self.name,
            component=self.name,
            version="1",
        )

    def release(self, image: str, *, cpu: str = _LITTLE) -> Verdict:
        """Apply a version, and look until the gate has a verdict."""
        self.apply(image, cpu=cpu)
        return self.verdict()

    def apply(self, image: str, *, cpu: str = _LITTLE) -> None:
        identity = self.identity
        before, after = self._analysis("before"), self._analysis("after")
        rollout = BlueGreen(
            identity=identity,
            pods=_pods(identity, image, cpu),
            rollout=Rollout(ready_within=5, scheduled_within=5, limit=self.deadline),
            replicas=self.replicas,
            fewest=0 if self.replicas == 0 else 1,
            before=before,
            after=after,
        ).to_dict()
        # Half a minute in reality.
        strategy = rollout["spec"]["strategy"]["blueGreen"]
        strategy["scaleDownDelaySeconds"] = _UNTIL_SCALED_DOWN
        strategy["abortScaleDownDelaySeconds"] = _UNTIL_SCALED_DOWN
        self.stage.apply(
            active_service(identity, name="http", port=_PORT).to_dict(),
            preview_service(identity, name="http", port=_PORT).to_dict(),
            before.to_dict(),
            after.to_dict(),
            rollout,
        )

    def verdict(self) -> Verdict:
        """Ask the gate until it waits no more."""
        began = time.monotonic()
        workload = GatedWorkload(
            namespace=NAMESPACE,
            kind="Rollout",
            name=self.name,
            scheduled_within=self.scheduled_within,
            ready_within=300,
            limit=240,
        )
        release = GatedRelease(
            cluster="example",
            endpoint="",
            certificate_authority="",
            workloads=(workload,),
            services=((NAMESPACE, self.name),),
        )
        with self.stage.gate() as client:
            while True:
                seen = read_snapshot(client, NAMESPACE, datetime.now(UTC), rollouts=True)
                elapsed = time.monotonic() - began
                verdict = judge_release(release, {NAMESPACE: seen}, elapsed=elapsed)
                if not isinstance(verdict, Waiting):
                    return verdict
                time.sleep(_SECONDS_BETWEEN_LOOKS)

    def _analysis(self, when: str) -> AnalysisTemplate:
        answers = self.stage.answers
        return AnalysisTemplate(
            metadata=self.identity.metadata(f"{self.name}-{when}"),
            metrics=(
                WebAnswer(name="health", url=f"{answers.url}/health"),
                MetricLimit(name="errors", query=when, most=0.05, prometheus=answers.url),
            ),
            initial_delay=0,
            interval=1,
            count=2,
        )

    def versions(self) -> dict[str, int]:
        """Return how many pods are ready of each version that has pods."""
        found: dict[str, int] = {}
        for pod in self._pods():
            version = labels_of(pod)[VERSION_LABEL]
            found[version] = found.get(version, 0) + is_ready(pod)
        return found

    def images(self) -> set[str]:
        """Return the images of the pods that requests reach."""
        with self.stage.gate() as client:
            seen = read_snapshot(client, NAMESPACE, datetime.now(UTC), rollouts=True)
        return {
            pod["spec"]["containers"][0]["image"]
            for pod in seen.pods
            if pod["metadata"]["name"] in set(_reached(seen, self.name))
        }

    def is_alone(self) -> bool:
        """Whether only one version has pods, as many ready as it should have."""
        return list(self.versions().values()) == [self.wanted()]

    def wanted(self) -> int:
        """Return how many pods a version should have."""
        found = rollouts(self.stage.cluster.client)
        return next(one.wanted for one in found if one.name == self.name)

    def _pods(self) -> Iterable[Pod]:
        client = self.stage.cluster.client
        return client.list(Pod, namespace=NAMESPACE, labels={NAME_LABEL: self.name})


def _reached(seen: Snapshot, service: str) -> Iterator[str]:
    for item in seen.endpoint_slices:
        if item["metadata"]["labels"]["kubernetes.io/service-name"] == service:
            yield from (
                one["targetRef"]["name"]
                for one in item.get("endpoints") or ()
                if one["conditions"]["ready"]
            )


def _pods(identity: Identity, image: str, cpu: str) -> PodTemplateSpec:
    container = Container(
        name="server",
        image=image,
        ports=[ContainerPort(name="http", containerPort=_PORT)],
        readinessProbe=Probe(httpGet=HTTPGetAction(path="/health", port=_PORT)),
        resources=ResourceRequirements(requests={"cpu": cpu}),
    )
    return PodTemplateSpec(
        metadata=ObjectMeta(labels=identity.labels), spec=PodSpec(containers=[container])
    )
