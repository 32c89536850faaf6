"""Who may talk to whom."""

from typing import Any

import pytest

from tests.charts.avadot.examples import WITH_DOMAIN, drawn
from tests.charts.examples import pick
from tests.settings.avadot.examples import PROD, SERVICES

_LOAD_BALANCER = [{"ipBlock": {"cidr": cidr}} for cidr in ("10.0.0.0/24", "10.0.1.0/24")]
_STORES = [{"ipBlock": {"cidr": cidr}} for cidr in ("10.0.64.0/24", "10.0.65.0/24")]
_SERVER = PROD.audio2face.name
_CALLERS = {"podSelector": {"matchLabels": {"a2f-grpc-server-caller": "true"}}}


def _policy(chart: str, name: str | None = None) -> dict[str, Any]:
    spec: dict[str, Any] = pick(drawn(PROD)[chart], "NetworkPolicy", name)["spec"]
    return spec


def _peers(rules: list[dict[str, Any]], port: int) -> list[dict[str, Any]]:
    return [
        peer
        for rule in rules
        if port in [p["port"] for p in rule["ports"]]
        for peer in rule.get("to", rule.get("from", []))
    ]


def _reaches_internet(chart: str) -> bool:
    return "0.0.0.0/0" in [
        peer["ipBlock"]["cidr"]
        for rule in _policy(chart, chart)["egress"]
        for peer in rule["to"]
        if "ipBlock" in peer
    ]


@pytest.mark.parametrize("name", [n for n, s in SERVICES.items() if s.port])
def test_a_service_is_reached_from_the_load_balancer_only(name: str) -> None:
    """Only the load balancer's subnets may connect, to the service's one port."""
    (rule,) = _policy(name)["ingress"]
    assert rule["from"] == _LOAD_BALANCER
    assert [p["port"] for p in rule["ports"]] == [SERVICES[name].port]


def test_nobody_may_connect_to_a_worker() -> None:
    """A worker's policy opens nothing inwards."""
    assert "ingress" not in _policy("fact-worker")
    assert _policy("fact-worker")["policyTypes"] == ["Egress"]


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_reaches_the_data_stores(name: str) -> None:
    """Each service may connect to MySQL and to the cache, where the data subnets are."""
    rules = _policy(name)["egress"]
    assert _peers(rules, PROD.mysql.port) == _STORES
    assert _peers(rules, PROD.valkey.port) == _STORES


def test_only_who_holds_a_key_reaches_the_internet() -> None:
    """Of the services the backend alone calls outside services, so it alone gets out."""
    assert [name for name in SERVICES if _reaches_internet(name)] == ["backend"]


def test_the_internet_is_not_the_private_network() -> None:
    """The way to the internet leads to no private address, the node's own services included."""
    (block,) = [p["ipBlock"] for p in _peers(_policy("backend")["egress"], 443)]
    assert {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"} <= set(
        block["except"]
    )


def test_audio2face_is_reached_by_its_callers_only() -> None:
    """Without a domain only pods with the caller's label may connect."""
    (rule,) = _policy(_SERVER, _SERVER)["ingress"]
    assert rule["from"] == [_CALLERS]
    assert [p["port"] for p in rule["ports"]] == [PROD.audio2face.port]


def test_audio2face_with_a_domain_is_reached_from_the_load_balancer_too() -> None:
    """With a domain the load balancer may connect as well."""
    spec = pick(drawn(WITH_DOMAIN)[_SERVER], "NetworkPolicy", _SERVER)["spec"]
    assert _peers(spec["ingress"], PROD.audio2face.port) == [_CALLERS, *_LOAD_BALANCER]


def test_callers_reach_audio2face() -> None:
    """What carries the caller's label may connect to the server and, by that, to nothing else."""
    spec = _policy(_SERVER, f"{_SERVER}-caller")
    assert spec["podSelector"] == _CALLERS["podSelector"]
    (rule,) = spec["egress"]
    assert rule["to"] == [{"podSelector": {"matchLabels": {"app.kubernetes.io/name": _SERVER}}}]
    assert [p["port"] for p in rule["ports"]] == [PROD.audio2face.port]


def test_the_backend_alone_is_a_caller() -> None:
    """Of the services only the backend's pods carry the caller's label."""
    callers = [
        name
        for name in SERVICES
        if "a2f-grpc-server-caller"
        in pick(drawn(PROD)[name], "Deployment")["spec"]["template"]["metadata"]["labels"]
    ]
    assert callers == ["backend"]


def test_audio2face_reaches_its_models_and_its_role() -> None:
    """The server may connect to S3 and to the node's Pod Identity agent, and nowhere else."""
    rules = _policy(_SERVER, _SERVER)["egress"]
    assert [p["port"] for rule in rules for p in rule["ports"]] == [443, 80]
    assert _peers(rules, 80) == [{"ipBlock": {"cidr": "169.254.170.23/32"}}]
