"""An address goes that something may still call."""

import json

import pytest

from plan.changes.nouns import Severity, Topic
from tests.plan.assemblies import Document, resource, thing
from tests.plan.changes.compared import assert_risk, objects, resources, risks, severities


def _service(*ports: int, name: str = "tarot") -> Document:
    return thing("Service", name, spec={"ports": [{"port": port} for port in ports]})


def _ingress(host: str, *ports: int, name: str = "tarot", group: str = "all") -> Document:
    found = thing("Ingress", name, spec={"rules": [{"host": host, "http": {"paths": [{}]}}]})
    prefix = "alb.ingress.kubernetes.io"
    found["metadata"]["annotations"] = {
        f"{prefix}/group.name": group,
        f"{prefix}/listen-ports": json.dumps([{"HTTP": port} for port in ports]),
    }
    return found


@pytest.mark.parametrize(
    ("before", "after", "address"),
    [
        ([_service(80)], [], "no longer answers at tarot.avadot:80/TCP: keep it"),
        ([_service(80, 81)], [_service(80)], "no longer answers at tarot.avadot:81/TCP: keep it"),
        (
            [_service(80)],
            [_service(81)],
            "at tarot.avadot:80/TCP but at tarot.avadot:81/TCP, and at no time at both",
        ),
        ([_ingress("a", 80)], [], "no longer answers at a:80/: keep it"),
        ([_ingress("a", 80)], [_ingress("b", 80)], "at a:80/ but at b:80/, and at no time"),
        ([_ingress("a", 80, 81)], [_ingress("a", 81)], "no longer answers at a:80/: keep it"),
    ],
)
def test_an_address_that_goes_is_a_risk(
    before: list[Document], after: list[Document], address: str
) -> None:
    assert_risk(objects(before, after), Topic.ADDRESSES, Severity.RISKY, address)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([_service(80)], [_service(80, 81)]),
        ([_ingress("a", 80)], [_ingress("a", 80, 81)]),
        ([_ingress("a", 80)], [_ingress("a", 80, name="other")]),
        ([_ingress("a", 80)], [_ingress("a", 80, group="another")]),
    ],
)
def test_an_address_that_something_serves_is_none(
    before: list[Document], after: list[Document]
) -> None:
    """Another Ingress of the load balancer serves it, or another load balancer is said already."""
    assert risks(objects(before, after), Topic.ADDRESSES) == []


def test_pods_that_still_call_an_address_are_named() -> None:
    def caller(url: str) -> Document:
        container = {"name": "a", "image": "a", "env": [{"name": "URL", "value": url}]}
        return thing(
            "Deployment", "backend", spec={"template": {"spec": {"containers": [container]}}}
        )

    for url, is_called in (
        ("http://tarot:80/", True),
        ("tarot.avadot.svc.cluster.local:80", True),
        ("http://tarot:8080", False),
        ("http://my-tarot:80", False),
    ):
        changes = objects([_service(80), caller(url)], [caller(url)])
        sentences = [sentence for _, sentence in risks(changes, Topic.ADDRESSES)]
        assert any("still called there by Deployment avadot/backend" in s for s in sentences) is (
            is_called
        )


@pytest.mark.parametrize(
    "kind", ["AWS::ApiGatewayV2::Api", "AWS::ElasticLoadBalancingV2::Listener", "AWS::Lambda::Url"]
)
def test_what_aws_gives_an_address_and_is_removed_is_a_risk(kind: str) -> None:
    assert severities(resources({"It": resource(kind)}, {}), Topic.ADDRESSES) == [Severity.RISKY]


def test_a_route_that_goes_is_a_risk_unless_another_is_the_same() -> None:
    def route(key: str) -> Document:
        return resource("AWS::ApiGatewayV2::Route", "", {"ApiId": "a", "RouteKey": key})

    gone = resources({"R": route("GET /a"), "S": route("GET /b")}, {"S": route("GET /b")})
    again = resources({"R": route("GET /a")}, {"S": route("GET /a")})

    assert_risk(gone, Topic.ADDRESSES, Severity.RISKY, "no longer answers GET /a")
    assert risks(again, Topic.ADDRESSES) == []


def test_a_load_balancer_that_is_replaced_gets_another_address() -> None:
    def balancer(scheme: str) -> Document:
        return resource("AWS::ElasticLoadBalancingV2::LoadBalancer", "", {"Scheme": scheme})

    changes = resources({"B": balancer("internet-facing")}, {"B": balancer("internal")})

    assert_risk(changes, Topic.ADDRESSES, Severity.RISKY, "gets another address from AWS")


def test_what_is_kept_beside_a_new_one_still_answers() -> None:
    """Until nobody calls the old one, as the findings say."""
    api = {"It": resource("AWS::ApiGatewayV2::Api")}
    one, two = (
        resource("AWS::ApiGatewayV2::Route", "", {"ApiId": "a", "RouteKey": key})
        for key in ("GET /a", "GET /b")
    )

    assert risks(resources(api, api | {"New": api["It"]}), Topic.ADDRESSES) == []
    assert risks(resources({"R": one}, {"R": one, "S": two}), Topic.ADDRESSES) == []
    assert risks(objects([_service(80)], [_service(80, 81)]), Topic.ADDRESSES) == []
