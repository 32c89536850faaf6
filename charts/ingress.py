"""How clients outside the cluster reach a service: one load balancer for all, or node ports."""

import json
from dataclasses import dataclass

from lightkube.models.core_v1 import Service, ServicePort, ServiceSpec
from lightkube.models.networking_v1 import (
    HTTPIngressPath,
    HTTPIngressRuleValue,
    Ingress,
    IngressBackend,
    IngressRule,
    IngressServiceBackend,
    IngressSpec,
    ServiceBackendPort,
)

from charts.context import AlbIngress, NodePorts
from charts.objects import Identity
from charts.probes import HEALTH_PATH
from settings.exposure import Domain, LoadBalancer, PlainHttp
from settings.workloads import GracefulShutdown


@dataclass(frozen=True, kw_only=True)
class OpenIdConnect:
    """Whom the load balancer asks who somebody is, before it lets them in."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    user_info_endpoint: str
    secret: str
    """The Secret with the client's `clientID` and `clientSecret`."""
    scope: str
    session_seconds: int

    @property
    def annotations(self) -> dict[str, str]:
        """What the controller makes the listener's rule of."""
        provider = {
            "issuer": self.issuer,
            "authorizationEndpoint": self.authorization_endpoint,
            "tokenEndpoint": self.token_endpoint,
            "userInfoEndpoint": self.user_info_endpoint,
            "secretName": self.secret,
        }
        return {
            "auth-type": "oidc",
            "auth-idp-oidc": json.dumps(provider),
            "auth-on-unauthenticated-request": "authenticate",
            "auth-scope": self.scope,
            "auth-session-timeout": str(self.session_seconds),
        }


READY_BEHIND_LOAD_BALANCER = {"elbv2.k8s.aws/pod-readiness-gate-inject": "enabled"}
"""Written on a namespace: a pod counts as ready only once the load balancer sends to it."""

_ALB = "alb.ingress.kubernetes.io"
_HTTP = 80
_HTTPS = 443
_TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-2021-06"
"""TLS 1.2 and 1.3; the controller's default still takes 1.0."""
_STICKY_SECONDS = 86400


def service(
    identity: Identity, *, name: str, port: int, exposure: AlbIngress | NodePorts | None = None
) -> Service:
    """Give a workload one address in the cluster, and with node ports one outside.

    A load balancer goes to its pods past that address.
    """
    match exposure:
        case AlbIngress() | None:
            kind, node_port = "ClusterIP", None
        case NodePorts():
            kind, node_port = "NodePort", exposure.ports[identity.name]
    return Service(
        apiVersion="v1",
        kind="Service",
        metadata=identity.metadata(),
        spec=ServiceSpec(
            type=kind,
            selector=identity.selector,
            ports=[ServicePort(name=name, port=port, targetPort=name, nodePort=node_port)],
        ),
    )


def web_ingress(
    identity: Identity,
    *,
    port: int,
    sticky: bool,
    shutdown: GracefulShutdown,
    exposure: AlbIngress,
    login: OpenIdConnect | None = None,
) -> Ingress:
    """Bring an HTTP service to the load balancer; `sticky` keeps a client at one pod.

    Without a domain the service has a listener of its own, on its own port: a path in front of
    another's would have to be cut off, which an ALB cannot. With `login` the load balancer is
    called as the namespace is: by its name the service knows whose word it takes.
    """
    names = exposure.load_balancer.names
    match names:
        case PlainHttp():
            listener = {"listen-ports": json.dumps([{"HTTP": port}])}
        case Domain():
            listener = {
                **_tls(names),
                "listen-ports": json.dumps([{"HTTP": _HTTP}, {"HTTPS": _HTTPS}]),
                "ssl-redirect": str(_HTTPS),
            }
    stickiness = {
        "stickiness.enabled": "true",
        "stickiness.type": "lb_cookie",
        "stickiness.lb_cookie.duration_seconds": str(_STICKY_SECONDS),
    }
    return _ingress(
        identity,
        exposure.load_balancer,
        port_name="http",
        annotations={
            **listener,
            **({"load-balancer-name": identity.namespace, **login.annotations} if login else {}),
            "healthcheck-path": HEALTH_PATH,
            "target-group-attributes": _attributes(
                _deregistration(shutdown) | (stickiness if sticky else {})
            ),
        },
    )


def grpc_ingress(
    identity: Identity, *, domain: Domain, shutdown: GracefulShutdown, load_balancer: LoadBalancer
) -> Ingress:
    """Bring a gRPC service to the load balancer; an ALB takes gRPC with a certificate only."""
    return _ingress(
        identity,
        load_balancer,
        port_name="grpc",
        annotations={
            **_tls(domain),
            # Not on port 80, where a gRPC target group is refused.
            "listen-ports": json.dumps([{"HTTPS": _HTTPS}]),
            "backend-protocol-version": "GRPC",
            "healthcheck-path": "/grpc.health.v1.Health/Check",
            "success-codes": "0",
            "target-group-attributes": _attributes(_deregistration(shutdown)),
        },
    )


def _ingress(
    identity: Identity,
    load_balancer: LoadBalancer,
    *,
    port_name: str,
    annotations: dict[str, str],
) -> Ingress:
    shared = {
        # One load balancer for the namespace: what it shares must be the same everywhere.
        "group.name": identity.namespace,
        "scheme": "internet-facing",
        "target-type": "ip",
        "load-balancer-attributes": _attributes(
            {"idle_timeout.timeout_seconds": str(load_balancer.idle_seconds)}
        ),
    }
    match load_balancer.names:
        case PlainHttp():
            host = None
        case Domain(name=domain):
            host = f"{identity.name}.{domain}"
    backend = IngressBackend(
        service=IngressServiceBackend(name=identity.name, port=ServiceBackendPort(name=port_name))
    )
    path = HTTPIngressPath(path="/", pathType="Prefix", backend=backend)
    return Ingress(
        apiVersion="networking.k8s.io/v1",
        kind="Ingress",
        metadata=identity.metadata(
            annotations={f"{_ALB}/{key}": value for key, value in (shared | annotations).items()}
        ),
        spec=IngressSpec(
            ingressClassName="alb",
            rules=[IngressRule(host=host, http=HTTPIngressRuleValue(paths=[path]))],
        ),
    )


def _tls(domain: Domain) -> dict[str, str]:
    named = {"certificate-arn": domain.certificate_arn} if domain.certificate_arn else {}
    return {**named, "ssl-policy": _TLS_POLICY}


def _deregistration(shutdown: GracefulShutdown) -> dict[str, str]:
    return {"deregistration_delay.timeout_seconds": str(shutdown.deregistration_delay)}


def _attributes(values: dict[str, str]) -> str:
    return ",".join(f"{name}={value}" for name, value in values.items())
