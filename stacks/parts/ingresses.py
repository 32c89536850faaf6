"""What the load balancer controller refuses of an Ingress, or takes otherwise than it is meant."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from settings.checks import require

_ALB = "alb.ingress.kubernetes.io/"
_LONGEST_NAME = 32
_ORDERS = range(-1000, 1001)
_PORTS = range(1, 65536)
_ATTRIBUTES = re.compile(r"[\w.]+=[^,=]+(,[\w.]+=[^,=]+)*")
_HEALTH = re.compile(r"/[\w./-]*")


def require_ingresses(objects: Sequence[Any]) -> None:
    """Raise `SettingError` for an annotation with which no load balancer would come to be."""
    for one in objects:
        annotations = one["metadata"].get("annotations") or {}
        for name, (is_right, rule) in _RULES.items():
            value = annotations.get(f"{_ALB}{name}")
            require(
                one["kind"] != "Ingress" or value is None or is_right(value),
                f"Ingress {one['metadata']['name']} {name}",
                value,
                rule,
            )


def _is_order(value: str) -> bool:
    return re.fullmatch(r"-?\d+", value) is not None and int(value) in _ORDERS


def _is_listeners(value: str) -> bool:
    try:
        listed = json.loads(value)
    except ValueError:
        return False
    return (
        isinstance(listed, list)
        and bool(listed)
        and all(isinstance(one, dict) and all(map(_is_listener, one.items())) for one in listed)
    )


def _is_provider(value: str) -> bool:
    try:
        provider = json.loads(value)
    except ValueError:
        return False
    return isinstance(provider, dict) and set(_OF_A_PROVIDER) <= provider.keys()


def _is_listener(listener: tuple[str, object]) -> bool:
    protocol, port = listener
    return protocol in {"HTTP", "HTTPS"} and isinstance(port, int) and port in _PORTS


_OF_A_PROVIDER = (
    "issuer",
    "authorizationEndpoint",
    "tokenEndpoint",
    "userInfoEndpoint",
    "secretName",
)
_RULES: Mapping[str, tuple[Callable[[str], object], str]] = {
    "load-balancer-name": (
        lambda value: len(value) <= _LONGEST_NAME,
        f"a load balancer's name has at most {_LONGEST_NAME} characters",
    ),
    "group.name": (
        re.compile(r"[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?").fullmatch,
        "a group has at most 63 lower-case letters, digits, dots and hyphens",
    ),
    "group.order": (_is_order, "the controller takes -1000 to 1000"),
    "listen-ports": (_is_listeners, """write it as JSON, as [{"HTTP": 80}, {"HTTPS": 443}]"""),
    "scheme": ({"internal", "internet-facing"}.__contains__, "is internal or internet-facing"),
    "target-type": ({"ip", "instance"}.__contains__, "is ip or instance"),
    "healthcheck-path": (_HEALTH.fullmatch, "write a path that begins with a slash"),
    "target-group-attributes": (_ATTRIBUTES.fullmatch, "write it as name=value,name=value"),
    "auth-type": ({"none", "oidc", "cognito"}.__contains__, "is none, oidc or cognito"),
    "auth-idp-oidc": (_is_provider, "write it as JSON, with issuer, endpoints and secretName"),
    "auth-on-unauthenticated-request": (
        {"authenticate", "deny"}.__contains__,
        "is authenticate or deny: what allows everybody asks nobody",
    ),
    "load-balancer-attributes": (_ATTRIBUTES.fullmatch, "write it as name=value,name=value"),
}
"""What holds for each annotation; the controller's documentation has the limits."""
