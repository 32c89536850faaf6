"""An annotation that the load balancer controller would refuse is refused at synth."""

from typing import Any

import pytest

from settings.checks import SettingError
from stacks.parts.ingresses import require_ingresses


def _ingress(name: str, value: str) -> dict[str, Any]:
    annotations = {f"alb.ingress.kubernetes.io/{name}": value}
    return {"kind": "Ingress", "metadata": {"name": "tarot", "annotations": annotations}}


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("load-balancer-name", "a" * 33, "a load balancer's name has at most 32 characters"),
        ("group.order", "1001", "the controller takes -1000 to 1000"),
        ("group.order", "first", "the controller takes -1000 to 1000"),
        ("listen-ports", "[{'HTTP': 80}]", 'write it as JSON, as [{"HTTP": 80}, {"HTTPS": 443}]'),
        ("listen-ports", '[{"TCP": 80}]', 'write it as JSON, as [{"HTTP": 80}, {"HTTPS": 443}]'),
        ("listen-ports", '{"HTTP": 80}', 'write it as JSON, as [{"HTTP": 80}, {"HTTPS": 443}]'),
        ("scheme", "internetfacing", "is internal or internet-facing"),
        ("target-type", "pod", "is ip or instance"),
        ("healthcheck-path", "health", "write a path that begins with a slash"),
        ("target-group-attributes", "a=1;b=2=3", "write it as name=value,name=value"),
        ("auth-type", "oauth", "is none, oidc or cognito"),
        (
            "auth-idp-oidc",
            '{"issuer": "https://login.example.com"}',
            "write it as JSON, with issuer, endpoints and secretName",
        ),
        (
            "auth-on-unauthenticated-request",
            "allow",
            "is authenticate or deny: what allows everybody asks nobody",
        ),
    ],
)
def test_an_annotation_that_makes_no_load_balancer_is_refused(
    name: str, value: str, rule: str
) -> None:
    with pytest.raises(SettingError) as refused:
        require_ingresses([_ingress(name, value)])
    assert str(refused.value) == f"Ingress tarot {name} is {value!r}: {rule}"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("load-balancer-name", "a" * 32),
        ("group.order", "-1000"),
        ("listen-ports", '[{"HTTP": 80}, {"HTTPS": 443}]'),
        ("healthcheck-path", "/grpc.health.v1.Health/Check"),
        ("target-group-attributes", "a.b=1,c.d=lb_cookie"),
        ("success-codes", "0"),
    ],
)
def test_an_annotation_within_its_limits_is_accepted(name: str, value: str) -> None:
    require_ingresses([_ingress(name, value)])


def test_other_objects_are_not_judged() -> None:
    """The same annotation on a Service is none of the controller's."""
    require_ingresses([_ingress("group.order", "2000") | {"kind": "Service"}])
