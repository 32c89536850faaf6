"""The programs of our own servers get what their pod would give them."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, cast

import pytest
import yaml
from lightkube import Client
from lightkube.models.authentication_v1 import TokenRequestStatus
from lightkube.models.core_v1 import (
    ConfigMapVolumeSource,
    Container,
    ContainerPort,
    CSIVolumeSource,
    EmptyDirVolumeSource,
    EnvVar,
    EnvVarSource,
    PodSpec,
    SecretKeySelector,
    Volume,
    VolumeMount,
)
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import ConfigMap, Pod, Secret, ServiceAccountToken

from rehearsal.cluster.data_plane.servers import Servers
from rehearsal.cluster.data_plane.site import Site

_SECRETS = "/run/secrets/dubbing"


class _Api:
    """The objects that the exporters' pods name, and tokens of their accounts."""

    def __init__(self) -> None:
        self.tokens: list[tuple[str, tuple[str, ...]]] = []

    def get(self, kind: type[Any], name: str, *, namespace: str) -> Any:
        assert namespace == "monitoring"
        if kind is ConfigMap:
            return ConfigMap(metadata=ObjectMeta(name=name), data={"prices.json": "{}"})
        if kind is Secret:
            return Secret(data={"key": base64.b64encode(b"hidden").decode()})
        objects = [{"objectName": "arn:redis", "objectAlias": "redis-password"}]
        parameters = {"region": "us-east-1", "objects": json.dumps(objects)}
        return {"spec": {"parameters": parameters}}

    def create(
        self, token: ServiceAccountToken, account: str, *, namespace: str
    ) -> ServiceAccountToken:
        assert namespace == "monitoring"
        audiences = tuple((token.spec.audiences if token.spec else None) or ())
        self.tokens.append((account, audiences))
        token.status = TokenRequestStatus(
            token=f"{account} for {audiences}",
            expirationTimestamp=None,
        )
        return token


@contextmanager
def _secrets_manager(asked: list[str]) -> Iterator[str]:
    """Answer as the Pod Identity agent and as Secrets Manager do."""
    credentials = {"AccessKeyId": "ASIA", "SecretAccessKey": "s", "Token": "t"}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.headers["Authorization"])
            self._answer(credentials)

        def do_POST(self) -> None:
            question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append(question["SecretId"])
            self._answer({"SecretString": "correct-horse"})

        def _answer(self, content: object) -> None:
            body = json.dumps(content).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Keep the test's output clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def _site(directory: Path, credentials: str) -> Site:
    kubeconfig = directory / "kubeconfig"
    admin = {"users": [{"name": "rehearsal", "user": {"client-key-data": "secret"}}]}
    kubeconfig.write_text(yaml.safe_dump(admin))
    return Site(
        port=4000,
        kubeconfig=str(kubeconfig),
        programs="",
        directory=str(directory),
        data="",
        namespace="monitoring",
        prometheus_kubeconfig="",
        state_metrics_kubeconfig="",
        alertmanager_environment={},
        credentials=credentials,
        collectors=[],
        label_allow_list=[],
        operator_port=0,
        load_balancer_port=4100,
    )


def _pod(name: str, port: int, *volumes: Volume, **spec: Any) -> Pod:
    container = Container(
        name=name,
        image=f"000000000000.dkr.ecr.us-east-1.amazonaws.com/dubbing/{name}@sha256:{'0' * 64}",
        ports=[ContainerPort(containerPort=port)],
        **spec,
    )
    return Pod(
        metadata=ObjectMeta(name=f"{name}-1", namespace="monitoring", uid="uid"),
        spec=PodSpec(containers=[container], volumes=list(volumes), serviceAccountName=name),
    )


def test_a_password_is_read_with_the_role_of_the_pod(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file lies elsewhere, and the variable that names it says where."""
    attributes = {"secretProviderClass": "queue-exporter"}
    csi = CSIVolumeSource(driver="secrets-store.csi.k8s.io", volumeAttributes=attributes)
    pod = _pod(
        "queue-exporter",
        9090,
        Volume(name="credentials", csi=csi),
        env=[
            EnvVar(name="REDIS_PASSWORD_FILE", value=f"{_SECRETS}/redis-password"),
            EnvVar(name="QUEUE_NAMES", value="stt,mt"),
        ],
        volumeMounts=[VolumeMount(name="credentials", mountPath=_SECRETS)],
    )
    api, asked = _Api(), list[str]()
    with _secrets_manager(asked) as endpoint:
        monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
        servers = Servers(_site(tmp_path, f"{endpoint}/credentials"), cast("Client", api))
        command = servers.command(pod, 4001)

    password = Path(command.environment["REDIS_PASSWORD_FILE"])
    assert command.files[password] == b"correct-horse"
    assert asked == ["queue-exporter for ('pods.eks.amazonaws.com',)", "arn:redis"]
    assert command.environment["QUEUE_NAMES"] == "stt,mt"
    assert (command.environment["HOST"], command.environment["PORT"]) == ("127.0.0.1", "4001")
    assert list(command.line[1:]) == ["-m", "queue_exporter"]


def test_files_that_a_program_knows_by_their_place_are_named_to_it(tmp_path: Path) -> None:
    """It asks the API as its own account, not as an administrator, and Services by the proxy."""
    pod = _pod(
        "cost-exporter",
        9091,
        Volume(name="config", configMap=ConfigMapVolumeSource(name="cost-exporter")),
        volumeMounts=[VolumeMount(name="config", mountPath="/config")],
    )
    api = _Api()
    servers = Servers(_site(tmp_path, ""), cast("Client", api))

    command = servers.command(pod, 4001)

    assert command.files[Path(command.environment["PRICES_FILE"])] == b"{}"
    kubeconfig = yaml.safe_load(command.files[Path(command.environment["KUBECONFIG"])])
    assert kubeconfig["users"][0]["user"] == {"token": "cost-exporter for ()"}
    assert command.environment["HTTP_PROXY"] == "http://127.0.0.1:4000"
    assert servers.command(pod, 4001) is command
    assert ("cost-exporter", ()) in api.tokens


def test_a_variable_may_come_from_a_secret(tmp_path: Path) -> None:
    source = EnvVarSource(secretKeyRef=SecretKeySelector(name="s", key="key"))
    pod = _pod("queue-exporter", 9090, env=[EnvVar(name="TOKEN", valueFrom=source)])
    servers = Servers(_site(tmp_path, ""), cast("Client", _Api()))

    assert servers.command(pod, 4001).environment["TOKEN"] == "hidden"


def test_a_server_that_a_note_names_acts_in_the_role_of_its_pod(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside the image's source stands where its modules are, and which of them serves."""
    folder = tmp_path / "containers" / "shop_api"
    folder.mkdir(parents=True)
    variables = {"MODE": "small", "KEYS": "$LOAD_BALANCER/keys"}
    note = {
        "folders": ["src"],
        "serves": "shop_api",
        "environment": variables,
        "files": {"PAGE": "page"},
    }
    (folder / "rehearsed.json").write_text(json.dumps(note))
    monkeypatch.setattr("rehearsal.cluster.played_programs._CONTAINERS", tmp_path / "containers")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")
    servers = Servers(_site(tmp_path, "http://agent"), cast("Client", _Api()))
    pod = _pod(
        "shop-api",
        8080,
        Volume(name="scratch", emptyDir=EmptyDirVolumeSource()),
        env=[EnvVar(name="NAMESPACE", value="shop"), EnvVar(name="SCRATCH", value=f"{tmp_path}/a")],
        volumeMounts=[VolumeMount(name="scratch", mountPath=str(tmp_path))],
    )

    command = servers.command(pod, 4001)

    assert servers.port_of(pod) == 8080
    assert list(command.line[1:]) == ["-m", "shop_api"]
    given = command.environment
    assert given["PYTHONPATH"] == str(folder / "src")
    assert (given["MODE"], given["NAMESPACE"], given["PORT"]) == ("small", "shop", "4001")
    assert given["KEYS"] == "http://127.0.0.1:4100/keys"
    assert given["SCRATCH"] == str(tmp_path / "uid" / "scratch" / "a")
    assert given["PAGE"] == str(folder / "page")
    assert given["AWS_CONTAINER_CREDENTIALS_FULL_URI"] == "http://agent"
    token = command.files[Path(given["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"])]
    assert token == b"shop-api for ('pods.eks.amazonaws.com',)"


def test_other_images_have_no_program_here(tmp_path: Path) -> None:
    servers = Servers(_site(tmp_path, ""), cast("Client", _Api()))

    assert servers.port_of(_pod("stt", 8000)) is None
    assert servers.port_of(_pod("queue-exporter", 9090)) == 9090
