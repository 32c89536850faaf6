"""The played load balancer: whom it lets in as whom, and to which pods."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, cast

import httpx
import pytest
from lightkube.models.core_v1 import (
    Container,
    ContainerPort,
    PodCondition,
    PodSpec,
    PodStatus,
    ServicePort,
    ServiceSpec,
)
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.models.networking_v1 import (
    HTTPIngressPath,
    HTTPIngressRuleValue,
    IngressBackend,
    IngressRule,
    IngressServiceBackend,
    IngressSpec,
    ServiceBackendPort,
)
from lightkube.resources.core_v1 import Pod, Service
from lightkube.resources.networking_v1 import Ingress

from music_api.failure import Refused
from music_api.identity import Identity
from music_api.keys import PublicKeys
from music_api.settings import IdentitySettings
from rehearsal.cluster.agent.informer import Informer
from rehearsal.cluster.data_plane.endpoints import Endpoints
from rehearsal.cluster.data_plane.load_balancer import LoadBalancer
from rehearsal.cluster.data_plane.programs import PodPrograms
from rehearsal.cluster.data_plane.proxy import listen
from rehearsal.cluster.objects import name_of
from rehearsal.cluster.ports import free_ports
from tests.rehearsal.unit.cluster.held import Held

_ISSUER = "https://login.example.com"
_SIGNER = "arn:aws:elasticloadbalancing:ap-northeast-2:000000000000:loadbalancer/app/music/"
_LOGIN = {
    "alb.ingress.kubernetes.io/auth-type": "oidc",
    "alb.ingress.kubernetes.io/auth-idp-oidc": json.dumps({"issuer": _ISSUER}),
    "alb.ingress.kubernetes.io/load-balancer-name": "music",
}


@dataclass(frozen=True)
class _Programs:
    """Where the programs of pods listen."""

    ports: dict[str, int]

    def answers_at(self, pod: Pod, _port: int) -> int | None:
        return self.ports.get(name_of(pod))


@contextmanager
def _program(name: str) -> Iterator[int]:
    """Answer with what a request has, and one's own name."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            headers = {key.lower(): value for key, value in self.headers.items()}
            body = json.dumps({"pod": name, "path": self.path, "headers": headers}).encode()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Keep the test's output clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def _pod(name: str) -> Pod:
    container = Container(
        name="music-api",
        image="000000000000.dkr.ecr.ap-northeast-2.amazonaws.com/music/music-api@sha256:0",
        ports=[ContainerPort(name="http", containerPort=8383)],
    )
    return Pod(
        metadata=ObjectMeta(name=name, namespace="music", labels={"app": "music-api"}),
        spec=PodSpec(containers=[container]),
        status=PodStatus(
            phase="Running",
            podIP="10.0.0.1",
            conditions=[PodCondition(type="Ready", status="True")],
        ),
    )


def _ingress(annotations: dict[str, str]) -> Ingress:
    service = IngressServiceBackend(name="music-api", port=ServiceBackendPort(name="http"))
    path = HTTPIngressPath(path="/", pathType="Prefix", backend=IngressBackend(service=service))
    return Ingress(
        metadata=ObjectMeta(name="music-api", namespace="music", annotations=annotations),
        spec=IngressSpec(rules=[IngressRule(http=HTTPIngressRuleValue(paths=[path]))]),
    )


@contextmanager
def _balanced(*pods: str, annotations: dict[str, str]) -> Iterator[str]:
    service = Service(
        metadata=ObjectMeta(name="music-api", namespace="music"),
        spec=ServiceSpec(
            selector={"app": "music-api"},
            ports=[ServicePort(name="http", port=8383, targetPort="http")],
        ),
    )
    (port,) = free_ports(1)
    with ExitStack() as stack:
        programs = _Programs({name: stack.enter_context(_program(name)) for name in pods})
        endpoints = Endpoints(
            cast("Informer[Pod]", Held(*map(_pod, ("silent", *pods)))),
            cast("Informer[Service]", Held(service)),
        )
        balancer = LoadBalancer(
            cast("Informer[Ingress]", Held(_ingress(annotations))),
            endpoints,
            cast("PodPrograms", programs),
        )
        server = listen(port, balancer.respond)
        yield f"http://127.0.0.1:{port}"
        server.shutdown()
        server.server_close()


def _ask(address: str, **headers: str) -> dict[str, Any]:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    found: dict[str, Any] = httpx.get(address, headers=given, trust_env=False).json()
    return found


def _person(address: str, token: str | None) -> str | None:
    """Return whom Music's API takes a token for."""
    keys = PublicKeys(f"{address}/rehearsal/keys")
    settings = IdentitySettings(issuer=_ISSUER, signer=_SIGNER, keys=f"{address}/rehearsal/keys")
    try:
        return Identity(settings, keys)(token).name
    finally:
        keys.close()


def test_an_api_believes_the_load_balancer_who_asks() -> None:
    """Somebody without a name is one person; another one is who a header says."""
    with _balanced("one", annotations=_LOGIN) as address:
        somebody = _ask(f"{address}/runs?limit=2")
        ann = _ask(address, x_rehearsal_person="ann")

        assert somebody["path"] == "/runs?limit=2"
        assert somebody["headers"]["x-forwarded-for"] == "127.0.0.1"
        assert _person(address, somebody["headers"]["x-amzn-oidc-data"]) == "you"
        assert _person(address, ann["headers"]["x-amzn-oidc-data"]) == "ann"
        assert "x-rehearsal-person" not in ann["headers"]


def test_a_token_of_ones_own_is_not_passed_on() -> None:
    with _balanced("one", annotations={}) as address:
        asked = _ask(address, X_Amzn_Oidc_Data="mine")

        assert "x-amzn-oidc-data" not in asked["headers"]
        with pytest.raises(Refused):
            _person(address, asked["headers"].get("x-amzn-oidc-data"))


def test_requests_go_to_one_pod_after_the_other() -> None:
    """Those whose program does not run here get none."""
    with _balanced("one", "two", annotations=_LOGIN) as address:
        assert Counter(_ask(address)["pod"] for _ in range(4)) == {"one": 2, "two": 2}


def test_without_a_program_behind_it_it_says_so() -> None:
    with _balanced(annotations=_LOGIN) as address:
        answer = httpx.get(address, trust_env=False)

        assert answer.text == "no Ingress leads to a program that runs here"
        assert answer.status_code == httpx.codes.BAD_GATEWAY
