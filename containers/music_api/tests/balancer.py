"""A load balancer's word for who asks, and the address of its public keys."""

import base64
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from music_api.settings import IdentitySettings

ISSUER = "https://login.example.com/pool"
BALANCERS = "arn:aws:elasticloadbalancing:ap-northeast-2:123456789012:loadbalancer/app/"
SIGNER = f"{BALANCERS}music/50dc6c495c0c9188"


def pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


@dataclass(kw_only=True)
class Balancer:
    endpoint: str
    kid: str = field(default_factory=lambda: str(uuid4()))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    keys: dict[str, bytes] = field(default_factory=dict)
    status: int = 200
    requests: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.keys[self.kid] = pem(self.key)

    @property
    def settings(self) -> IdentitySettings:
        return IdentitySettings(issuer=ISSUER, signer=SIGNER, keys=self.endpoint)

    def headers(self, person: str) -> dict[str, str]:
        """Return what a request of a person has behind the load balancer."""
        return {
            "x-amzn-oidc-data": self.token(claims={"sub": person, "name": f"The {person}"}),
            "x-amzn-oidc-identity": person,
            "content-type": "application/json",
        }

    def token(
        self,
        *,
        header: dict[str, Any] | None = None,
        claims: dict[str, Any] | None = None,
        key: ec.EllipticCurvePrivateKey | None = None,
    ) -> str:
        """Sign as the load balancer does: with the padding of base64 left in place."""
        expiry = int(time.time()) + 120
        usual = {
            "typ": "JWT",
            "kid": self.kid,
            "alg": "ES256",
            "iss": ISSUER,
            "client": "client",
            "signer": SIGNER,
            "exp": expiry,
        }
        own = {"sub": "somebody", "exp": expiry, "iss": ISSUER}
        parts = [usual | (header or {}), own | (claims or {})]
        signed = ".".join(
            _base64(json.dumps({k: v for k, v in part.items() if v is not None}).encode())
            for part in parts
        )
        r, s = decode_dss_signature(
            (key or self.key).sign(signed.encode(), ec.ECDSA(hashes.SHA256()))
        )
        return f"{signed}.{_base64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode()


@contextmanager
def serve() -> Iterator[Balancer]:
    handler: type[_Handler] = type("Handler", (_Handler,), {})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        handler.balancer = balancer = Balancer(
            endpoint=f"http://127.0.0.1:{server.server_address[1]}"
        )
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        yield balancer
        server.shutdown()


class _Handler(BaseHTTPRequestHandler):
    balancer: Balancer

    def do_GET(self) -> None:
        self.balancer.requests.append(self.path)
        content = self.balancer.keys.get(self.path.removeprefix("/"))
        status = self.balancer.status if content else 404
        self.send_response(status)
        self.end_headers()
        self.wfile.write(content or b"")

    def log_message(self, *_: object) -> None:
        """Say nothing."""
