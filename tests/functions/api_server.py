"""A Kubernetes API server that holds what a test puts into it, over real TLS."""

import base64
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from .certificates import issue


@dataclass(kw_only=True)
class ApiServer:
    """Answers of the server by path, and the requests that it got."""

    endpoint: str
    certificate_authority: str
    lists: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """Items by resource; a resource that is missing here is empty."""
    answer: tuple[int, bytes] | None = None
    """Status and content of every answer, in place of the lists."""
    requests: list[tuple[str, str]] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    deletions: list[Any] = field(default_factory=list)
    """Bodies of the DELETE requests."""

    def respond(self, method: str, path: str) -> tuple[int, bytes]:
        self.requests.append((method, path))
        if self.answer:
            return self.answer
        resource = path.partition("?")[0].rpartition("/")[2]
        return 200, json.dumps({"items": self.lists.get(resource, [])}).encode()


@contextmanager
def serve(directory: Path) -> Iterator[ApiServer]:
    """Run the server on a free port of 127.0.0.1; its key lies in the directory meanwhile."""
    certificate = issue()
    chain = directory / "server.pem"
    chain.write_bytes(certificate.key_and_certificate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    handler: type[_Handler] = type("Handler", (_Handler,), {})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        server.socket = context.wrap_socket(server.socket, server_side=True)
        handler.api = api = ApiServer(
            endpoint=f"https://127.0.0.1:{server.server_address[1]}",
            certificate_authority=base64.b64encode(certificate.authority).decode(),
        )
        # Shutting down takes one interval: a tenth of a second for each test would add up.
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        yield api
        server.shutdown()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    api: ApiServer

    def do_GET(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        length = int(self.headers["Content-Length"])
        self.api.deletions.append(json.loads(self.rfile.read(length)))
        self._answer()

    def _answer(self) -> None:
        self.api.tokens.add(self.headers["Authorization"])
        status, content = self.api.respond(self.command, self.path)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing: requests are kept for the test to see."""
