"""The data plane: who answers for a pod, and what the players say."""

import http.client
import json
import os
import signal
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, cast

import pytest
from lightkube.models.core_v1 import (
    Container,
    ContainerPort,
    EnvVar,
    NodeStatus,
    PodCondition,
    PodSpec,
    PodStatus,
    ResourceRequirements,
    ServicePort,
    ServiceSpec,
)
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import ConfigMap, Node, Pod, Service

from rehearsal.cluster.agent.informer import Informer
from rehearsal.cluster.data_plane.endpoints import Endpoints
from rehearsal.cluster.data_plane.exposition import Family, Sample, exposition
from rehearsal.cluster.data_plane.gpus import Gpus
from rehearsal.cluster.data_plane.programs import Command, PodPrograms
from rehearsal.cluster.data_plane.proxy import Request, Response, forward, listen, refused
from rehearsal.cluster.data_plane.stand_ins import StandIns
from rehearsal.cluster.played_metrics import (
    GPUS_NAME,
    METRICS_NAME,
    GpuFigures,
    PlayedSeries,
)
from rehearsal.cluster.ports import free_ports
from tests.rehearsal.unit.cluster.held import Held
from tests.rehearsal.waiting import until


def _pods(*pods: Pod) -> Informer[Pod]:
    return cast("Informer[Pod]", Held(*pods))


def _settings(name: str, **data: str) -> Informer[ConfigMap]:
    stored = ConfigMap(metadata=ObjectMeta(name=name, namespace="kube-system"), data=data)
    return cast("Informer[ConfigMap]", Held(stored))


def _pod(name: str, address: str = "10.0.240.9", **changes: Any) -> Pod:
    ready = PodCondition(type="Ready", status="True")
    container = Container(name="main", ports=[ContainerPort(name="http", containerPort=8000)])
    spec = PodSpec(containers=[container], nodeName="gpu-node")
    return Pod(
        metadata=ObjectMeta(name=name, namespace="models", uid=name, labels={"app": "stt"}),
        spec=changes.get("spec", spec),
        status=PodStatus(phase="Running", podIP=address, conditions=[ready]),
    )


def test_labels_are_written_so_that_they_can_be_read() -> None:
    """Quotes, backslashes and new lines do not end a label's value."""
    family = Family(name="a", kind="gauge", samples=[Sample({"x": 'a"b\\c\nd'}, 1.5)])

    assert exposition([family, Family(name="b", kind="gauge", samples=[])]) == (
        b'# TYPE a gauge\na{x="a\\"b\\\\c\\nd"} 1.5\n'
    )


def test_a_service_leads_to_a_ready_pod_and_an_address_to_declared_ports() -> None:
    """Everything else is refused, as a connection to it would be."""
    ports = [ServicePort(port=80, targetPort="http")]
    service = Service(
        metadata=ObjectMeta(name="stt", namespace="models"),
        spec=ServiceSpec(selector={"app": "stt"}, ports=ports),
    )
    starting = _pod("starting", "10.0.240.8")
    assert starting.status
    starting.status.conditions = []
    services = cast("Informer[Service]", Held(service))
    endpoints = Endpoints(_pods(starting, _pod("ready")), services)

    for name in ("stt.models", "stt.models.svc", "stt.models.svc.cluster.local"):
        found = endpoints.find(name, 80)
        assert found is not None
        assert (found.address, found.port) == ("10.0.240.9", 8000)
    assert endpoints.find("stt.models.svc", 8000) is None
    assert endpoints.find("mt.models.svc", 80) is None
    assert endpoints.find("10.0.240.8", 8000) is not None
    assert endpoints.find("10.0.240.8", 9090) is None
    assert endpoints.find("10.0.240.7", 8000) is None


def test_a_histogram_has_seen_what_it_was_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Buckets are cumulative, and a new rate holds from the next look on."""
    now = iter([100.0, 110.0])
    monkeypatch.setattr("time.monotonic", lambda: next(now))
    series = PlayedSeries(name="model_job_seconds", kind="histogram", per_second=2, value=7)
    content = json.dumps([asdict(series)])
    stand_ins = StandIns(_settings(METRICS_NAME, **{"models.stt-": content}))

    stand_ins.families(_pod("stt-1"))
    (family,) = stand_ins.families(_pod("stt-1")) or []

    values = {(one.suffix, one.labels.get("le")): one.value for one in family.samples}
    assert values["_bucket", "5"] == 0
    assert values["_bucket", "10"] == values["_bucket", "+Inf"] == values["_count", None] == 20
    assert values["_sum", None] == 140


def test_pods_of_another_name_serve_nothing() -> None:
    stand_ins = StandIns(_settings(METRICS_NAME, **{"models.stt-": "[]"}))

    assert stand_ins.families(_pod("mt-1")) is None


def _gpu_node(*, offered: int) -> Informer[Node]:
    labels = {"node.kubernetes.io/instance-type": "g5.xlarge"}
    status = NodeStatus(allocatable={"nvidia.com/gpu": str(offered)})
    node = Node(metadata=ObjectMeta(name="gpu-node", labels=labels), status=status)
    return cast("Informer[Node]", Held(node))


def _holder(name: str) -> Pod:
    size = ResourceRequirements(limits={"nvidia.com/gpu": "1"})
    container = Container(name="main", resources=size)
    return _pod(name, spec=PodSpec(containers=[container], nodeName="gpu-node"))


def _exporter(**variables: str) -> Pod:
    env = [EnvVar(name=name, value=value) for name, value in variables.items()]
    spec = PodSpec(containers=[Container(name="exporter", env=env)], nodeName="gpu-node")
    return _pod("dcgm", spec=spec)


def _utilisation(gpus: Gpus, exporter: Pod) -> list[tuple[str | None, str | None, float]]:
    (family,) = (one for one in gpus.families(exporter) if one.name == "DCGM_FI_DEV_GPU_UTIL")
    return [(s.labels.get("pod"), s.labels.get("vgpu"), s.value) for s in family.samples]


def _figures(**utilisation: float) -> Informer[ConfigMap]:
    data = {
        f"models.{name}": json.dumps(asdict(GpuFigures(utilisation=value)))
        for name, value in utilisation.items()
    }
    return _settings(GPUS_NAME, **data)


def test_a_gpu_that_nobody_has_is_shown_without_a_pod() -> None:
    gpus = Gpus(_pods(), _gpu_node(offered=1), _figures())

    assert _utilisation(gpus, _exporter()) == [(None, None, 0.0)]


def test_a_whole_gpu_is_that_of_its_pod() -> None:
    gpus = Gpus(_pods(_holder("stt")), _gpu_node(offered=1), _figures(stt=85))

    assert _utilisation(gpus, _exporter()) == [("stt", None, 85.0)]


def test_pods_on_a_shared_gpu_stand_beside_the_whole_one() -> None:
    """Whoever adds them all up counts twice; without the variable only one pod is known."""
    pods = _pods(_holder("mt"), _holder("lipsync"))
    gpus = Gpus(pods, _gpu_node(offered=4), _figures(mt=20, lipsync=50))

    virtual = _utilisation(gpus, _exporter(KUBERNETES_VIRTUAL_GPUS="true"))
    assert virtual == [(None, None, 50.0), ("mt", "0", 20.0), ("lipsync", "1", 50.0)]
    assert [pod for pod, _, _ in _utilisation(gpus, _exporter())] == ["lipsync"]


@contextmanager
def _server(body: bytes) -> Iterator[int]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body + self.path.encode() + self.headers["Host"].encode())

        def log_message(self, *_: object) -> None:
            """Keep the test's output clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def test_a_client_that_was_told_of_the_proxy_reaches_a_program_by_the_pods_address() -> None:
    """Host and path are what the client asked for; where nobody listens it gets an error."""
    (port,) = free_ports(1)
    with _server(b"here ") as program:

        def respond(request: Request) -> Response:
            if request.host == "10.0.240.9":
                return forward(request, program)
            return refused("nobody")

        proxy = listen(port, respond)
        handler = urllib.request.ProxyHandler({"http": f"http://127.0.0.1:{port}"})
        opener = urllib.request.build_opener(handler)
        with opener.open("http://10.0.240.9:8000/metrics?a=b") as answer:
            assert answer.read() == b"here /metrics?a=b10.0.240.9:8000"
        with pytest.raises(urllib.error.HTTPError, match="Bad Gateway"):
            opener.open("http://10.0.240.10:8000/metrics")
        proxy.shutdown()
        proxy.server_close()


def test_a_program_that_has_gone_is_an_error_and_not_silence() -> None:
    (port,) = free_ports(1)
    request = Request(method="GET", host="10.0.240.9", port=80, target="/", headers={}, body=b"")

    assert forward(request, port).status == http.client.BAD_GATEWAY


_PROGRAM = """
import signal, sys, time
note = open(sys.argv[1], "a", buffering=1)
signal.signal(signal.SIGHUP, lambda *_: note.write("again " + open(sys.argv[2]).read()))
note.write("began " + open(sys.argv[2]).read())
while True: time.sleep(0.1)
"""


@dataclass
class _Noted:
    """A program that notes when it begins and when it reads its file again."""

    directory: Path
    content: bytes = b"one\n"
    more: dict[Path, bytes] = field(default_factory=dict)

    @property
    def notes(self) -> str:
        return (self.directory / "notes").read_text()

    def port_of(self, _pod: Pod) -> int | None:
        return 9090

    def command(self, _pod: Pod, _port: int) -> Command:
        note, file = self.directory / "notes", self.directory / "file"
        note.touch()
        return Command(
            line=[sys.executable, "-c", _PROGRAM, str(note), str(file)],
            environment={"PATH": os.environ["PATH"]},
            files={file: self.content, **self.more},
        )


def test_a_pods_program_lives_as_the_pod_does(tmp_path: Path) -> None:
    """It is told of changed files, comes back after a crash, and ends with its pod."""
    pods, program = Held(_pod("prometheus")), _Noted(tmp_path, more={tmp_path / "rule": b""})
    programs = PodPrograms(cast("Informer[Pod]", pods), tmp_path, [program])

    def notes(text: str) -> None:
        def noted() -> bool:
            programs.reconcile()
            return program.notes == text

        until(noted, text, 20)

    try:
        notes("began one\n")
        program.content, program.more = b"two\n", {}
        notes("began one\nagain two\n")
        assert not (tmp_path / "rule").exists()

        (process,) = programs.running()
        os.kill(process.pid, signal.SIGKILL)
        notes("began one\nagain two\nbegan two\n")
        assert programs.answers_at(_pod("prometheus"), 9090)
        assert programs.answers_at(_pod("prometheus"), 8080) is None

        pods.objects = []
        programs.reconcile()
        assert programs.running() == ()
    finally:
        programs.stop()
