"""The load balancer in front of Ingresses, played: who comes to its port has logged in already.

It signs who asks as an ALB with OpenID Connect does, and answers for its public key as AWS does.
"""

import itertools
import json
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from lightkube.resources.core_v1 import Pod
from lightkube.resources.networking_v1 import Ingress

from rehearsal.cluster.agent.informer import Informer
from rehearsal.cluster.data_plane.endpoints import Endpoints
from rehearsal.cluster.data_plane.programs import PodPrograms
from rehearsal.cluster.data_plane.proxy import HOST, Request, Response, forward, refused
from rehearsal.cluster.objects import annotations_of, name_of, namespace_of, spec_of

PROGRAM = "load-balancer"
"""Under what name its port is kept."""
PERSON = "x-rehearsal-person"
"""A header with the name of who asks."""
_KEYS = "/rehearsal/keys"
_SOMEBODY = "you"
_ALB = "alb.ingress.kubernetes.io"
_TOKEN = "x-amzn-oidc-data"  # noqa: S105 - the name of a header
_TOKEN_SECONDS = 120
_REGISTRY = re.compile(r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.")


@dataclass(frozen=True, kw_only=True)
class Signer:
    """The key with which a load balancer says who asks; AWS keeps one under a name."""

    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    key_id: str = field(default_factory=lambda: str(uuid4()))

    @property
    def public_key(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def token(self, person: str, *, issuer: str, load_balancer: str) -> str:
        """Say who asks, as an ALB does."""
        expiry = int(time.time()) + _TOKEN_SECONDS
        header = {"kid": self.key_id, "iss": issuer, "signer": load_balancer, "exp": expiry}
        claims = {"sub": person, "name": person, "iss": issuer, "exp": expiry}
        return jwt.encode(claims, self.key, algorithm="ES256", headers=header)


class LoadBalancer:
    """Leads to the pods of the first Ingress whose program runs here, to one after the other."""

    def __init__(
        self, ingresses: Informer[Ingress], endpoints: Endpoints, programs: PodPrograms
    ) -> None:
        self._ingresses = ingresses
        self._endpoints = endpoints
        self._programs = programs
        self._signer = Signer()
        self._turns = itertools.count()

    def respond(self, request: Request) -> Response:
        if request.target == f"{_KEYS}/{self._signer.key_id}":
            return Response(body=self._signer.public_key)
        for ingress in sorted(self._ingresses.all(), key=name_of):
            if behind := list(self._behind(ingress)):
                pod, port = behind[next(self._turns) % len(behind)]
                return forward(self._let_in(request, ingress, pod), port)
        return refused("no Ingress leads to a program that runs here")

    def _behind(self, ingress: Ingress) -> Iterator[tuple[Pod, int]]:
        """Return the ready pods of an Ingress, and where their programs listen."""
        rules = (ingress.spec.rules if ingress.spec else None) or []
        for path in (path for rule in rules if rule.http for path in rule.http.paths):
            if (service := path.backend.service) is None or service.port is None:
                continue
            port = service.port.name or service.port.number or 0
            for found in self._endpoints.behind(service.name, namespace_of(ingress), port):
                if found.pod and (at := self._programs.answers_at(found.pod, found.port)):
                    yield found.pod, at

    def _let_in(self, request: Request, ingress: Ingress, pod: Pod) -> Request:
        """Return a request as the pods get it: without a token that came with it."""
        given = {k.lower(): v for k, v in request.headers.items() if k.lower() != _TOKEN}
        person = given.pop(PERSON, _SOMEBODY)
        headers = {**given, "x-forwarded-for": HOST, **self._login(ingress, pod, person)}
        return replace(request, headers=headers)

    def _login(self, ingress: Ingress, pod: Pod, person: str) -> Mapping[str, str]:
        annotations = annotations_of(ingress)
        if annotations.get(f"{_ALB}/auth-type") != "oidc":
            return {}
        provider: Mapping[str, Any] = json.loads(annotations[f"{_ALB}/auth-idp-oidc"])
        load_balancer = _arn(pod, annotations[f"{_ALB}/load-balancer-name"])
        issuer = provider["issuer"]
        return {_TOKEN: self._signer.token(person, issuer=issuer, load_balancer=load_balancer)}


def _arn(pod: Pod, name: str) -> str:
    """Name a load balancer in the account and region whose registry the pod's image is from."""
    images = (container.image or "" for container in spec_of(pod).containers)
    found = next(match for image in images if (match := _REGISTRY.match(image)))
    place = f"{found['region']}:{found['account']}"
    return f"arn:aws:elasticloadbalancing:{place}:loadbalancer/app/{name}/{'0' * 16}"
