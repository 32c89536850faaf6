"""A Kubernetes API server that keeps Workflows and does no more, over real TLS."""

import base64
import json
import re
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from lightkube import KubeConfig

from tests.functions.certificates import issue

NAMESPACE = "music"
_PATH = re.compile(
    rf"/apis/argoproj\.io/v1alpha1/namespaces/{NAMESPACE}/workflows(?:/([a-z0-9-]+))?"
)
Answer = tuple[int, dict[str, Any]]


@dataclass(kw_only=True)
class Kubernetes:
    """What it has, and how it is to fail."""

    endpoint: str
    authority: str
    workflows: dict[str, dict[str, Any]] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    away: bool = False
    """It breaks each connection off, as one that restarts."""
    delay_seconds: float = 0
    refusal: Answer | None = None
    on_create: list[Any] = field(default_factory=list)
    """Called once a Workflow is made, before the answer."""

    @property
    def document(self) -> dict[str, Any]:
        """A kubeconfig of a user with a token."""
        cluster = {"server": self.endpoint, "certificate-authority-data": self.authority}
        return {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "test", "cluster": cluster}],
            "users": [{"name": "test", "user": {"token": "a-token"}}],
            "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test"}}],
            "current-context": "test",
        }

    @property
    def config(self) -> KubeConfig:
        return KubeConfig.from_dict(self.document)

    def respond(self, method: str, path: str, body: dict[str, Any]) -> Answer:
        found = _PATH.fullmatch(path.partition("?")[0])
        if self.refusal:
            return self.refusal
        assert found, path
        name = found[1] or body["metadata"]["name"]
        if method == "POST":
            return self._create(name, body)
        if name not in self.workflows:
            return failure(404, "NotFound", f'workflows.argoproj.io "{name}" not found')
        if method == "GET":
            return 200, self.workflows[name]
        self.deleted.append(name)
        del self.workflows[name]
        return 200, {"kind": "Status", "apiVersion": "v1", "status": "Success"}

    def _create(self, name: str, body: dict[str, Any]) -> Answer:
        if name in self.workflows:
            sentence = f'workflows.argoproj.io "{name}" already exists'
            return failure(409, "AlreadyExists", sentence)
        self.workflows[name] = body
        for call in self.on_create:
            call(name)
        return 201, body


def failure(code: int, reason: str, message: str) -> Answer:
    """Answer as the API server does."""
    return code, {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": message,
        "reason": reason,
        "code": code,
    }


@contextmanager
def serve(directory: Path) -> Iterator[Kubernetes]:
    certificate = issue()
    chain = directory / "server.pem"
    chain.write_bytes(certificate.key_and_certificate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    handler: type[_Handler] = type("Handler", (_Handler,), {})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        server.socket = context.wrap_socket(server.socket, server_side=True)
        handler.kubernetes = kubernetes = Kubernetes(
            endpoint=f"https://127.0.0.1:{server.server_address[1]}",
            authority=base64.b64encode(certificate.authority).decode(),
        )
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        yield kubernetes
        server.shutdown()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    kubernetes: Kubernetes

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def _answer(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.kubernetes.away:
            self.close_connection = True
            return
        assert self.headers["Authorization"] == "Bearer a-token"
        body = json.loads(content) if content else {}
        self.kubernetes.requests.append(f"{self.command} {self.path}")
        time.sleep(self.kubernetes.delay_seconds)
        status, answer = self.kubernetes.respond(self.command, self.path, body)
        sent = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)

    def log_message(self, *_: object) -> None:
        """Say nothing: requests are kept for the test to see."""
