"""How clients outside the cluster reach the services."""

import json
from dataclasses import replace
from typing import Any

import pytest

from settings.avadot.system import Avadot
from settings.exposure import Domain, LoadBalancer
from settings.workloads import GracefulShutdown
from tests.charts.avadot.examples import WITH_DOMAIN, drawn, service_objects
from tests.charts.examples import kinds, pick
from tests.settings.avadot.examples import DOMAIN, PROD, SERVICES

_SERVER = PROD.audio2face.name
_WEB = [name for name, service in SERVICES.items() if service.port]
_PREFIX = "alb.ingress.kubernetes.io/"

each_web_service = pytest.mark.parametrize("name", _WEB)


def _annotations(system: Avadot, chart: str) -> dict[str, str]:
    annotations = pick(drawn(system)[chart], "Ingress")["metadata"]["annotations"]
    return {key.removeprefix(_PREFIX): value for key, value in annotations.items()}


def _target_group(annotations: dict[str, str]) -> dict[str, str]:
    pairs = annotations["target-group-attributes"].split(",")
    return dict(pair.split("=") for pair in pairs)


def _rule(system: Avadot, chart: str) -> dict[str, Any]:
    (rule,) = pick(drawn(system)[chart], "Ingress")["spec"]["rules"]
    assert isinstance(rule, dict)
    return rule


@each_web_service
def test_without_a_domain_a_service_has_its_own_listener(name: str) -> None:
    """A client finds the service on its own port, by HTTP, under the paths that it knows."""
    assert json.loads(_annotations(PROD, name)["listen-ports"]) == [{"HTTP": SERVICES[name].port}]
    assert "host" not in _rule(PROD, name)
    assert [path["path"] for path in _rule(PROD, name)["http"]["paths"]] == ["/"]


@each_web_service
def test_with_a_domain_a_service_has_its_own_name(name: str) -> None:
    """A client finds the service by HTTPS under its name; plain HTTP sends it there."""
    annotations = _annotations(WITH_DOMAIN, name)
    assert _rule(WITH_DOMAIN, name)["host"] == f"{name}.{DOMAIN.name}"
    assert json.loads(annotations["listen-ports"]) == [{"HTTP": 80}, {"HTTPS": 443}]
    assert annotations["ssl-redirect"] == "443"
    assert annotations["certificate-arn"] == DOMAIN.certificate_arn


@pytest.mark.parametrize("name", [*_WEB, _SERVER])
def test_no_old_tls_is_spoken(name: str) -> None:
    """TLS begins at 1.2."""
    policy = _annotations(WITH_DOMAIN, name)["ssl-policy"]
    assert policy == "ELBSecurityPolicy-TLS13-1-2-2021-06"


def test_one_load_balancer_serves_all() -> None:
    """All that belongs to the load balancer itself is the same for everyone behind it."""
    shared = ("group.name", "scheme", "target-type", "load-balancer-attributes")
    idle = PROD.load_balancer.idle_seconds
    seen = {
        tuple(_annotations(WITH_DOMAIN, chart)[key] for key in shared) for chart in (*_WEB, _SERVER)
    }
    assert seen == {
        (PROD.namespace, "internet-facing", "ip", f"idle_timeout.timeout_seconds={idle}"),
    }


def test_a_quiet_stream_lives_as_long_as_the_settings_say() -> None:
    """The idle timeout is the settings' and not the load balancer's 60 seconds."""
    system = replace(
        PROD, load_balancer=LoadBalancer(names=PROD.load_balancer.names, idle_seconds=99)
    )
    ingress = pick(service_objects(system, SERVICES["tarot"]), "Ingress")
    attributes = ingress["metadata"]["annotations"][f"{_PREFIX}load-balancer-attributes"]
    assert attributes == "idle_timeout.timeout_seconds=99"


def test_only_websockets_are_sticky() -> None:
    """A WebSocket client comes back to the pod that knows it; REST goes to any."""
    sticky = [
        name
        for name in _WEB
        if _target_group(_annotations(PROD, name)).get("stickiness.enabled") == "true"
    ]
    assert sticky == ["tarot", "custom-chat", "blind-date"]


@pytest.mark.parametrize(
    ("chart", "shutdown"),
    [("backend", SERVICES["backend"].shutdown), (_SERVER, PROD.audio2face.shutdown)],
)
def test_open_requests_may_finish(chart: str, shutdown: GracefulShutdown) -> None:
    """The load balancer waits as long for open requests as the workload's settings say."""
    delay = _target_group(_annotations(WITH_DOMAIN, chart))["deregistration_delay.timeout_seconds"]
    assert delay == str(shutdown.deregistration_delay)


@each_web_service
def test_the_load_balancer_asks_for_health(name: str) -> None:
    """Targets are healthy when /health says so, as for the kubelet."""
    assert _annotations(PROD, name)["healthcheck-path"] == "/health"


@each_web_service
def test_the_ingress_leads_to_the_service_and_on_to_its_pods(name: str) -> None:
    """Ingress, Service and container meet in one named port."""
    objects = drawn(PROD)[name]
    (path,) = _rule(PROD, name)["http"]["paths"]
    assert path["backend"]["service"] == {"name": name, "port": {"name": "http"}}
    spec = pick(objects, "Service")["spec"]
    assert spec["type"] == "ClusterIP"
    assert spec["ports"] == [{"name": "http", "port": SERVICES[name].port, "targetPort": "http"}]
    (container,) = pick(objects, "Deployment")["spec"]["template"]["spec"]["containers"]
    assert container["ports"] == [{"name": "http", "containerPort": SERVICES[name].port}]


def test_grpc_comes_by_https() -> None:
    """Audio2Face is spoken to in gRPC, on the HTTPS listener, under its own name."""
    annotations = _annotations(WITH_DOMAIN, _SERVER)
    assert annotations["backend-protocol-version"] == "GRPC"
    assert json.loads(annotations["listen-ports"]) == [{"HTTPS": 443}]
    assert _rule(WITH_DOMAIN, _SERVER)["host"] == f"{_SERVER}.{DOMAIN.name}"


def test_grpc_health_is_asked_in_grpc() -> None:
    """A target is healthy when the gRPC health service answers with status 0."""
    annotations = _annotations(WITH_DOMAIN, _SERVER)
    assert annotations["healthcheck-path"] == "/grpc.health.v1.Health/Check"
    assert annotations["success-codes"] == "0"


def test_without_a_domain_grpc_stays_inside() -> None:
    """An ALB takes gRPC with a certificate only, so without a domain there is no way in."""
    assert not isinstance(PROD.load_balancer.names, Domain)
    assert "Ingress" not in kinds(drawn(PROD)[_SERVER])
