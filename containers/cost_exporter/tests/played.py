"""A Prometheus that answers each query as a test wants."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(kw_only=True)
class Prometheus:
    url: str
    answer: tuple[int, bytes] = (200, b"")
    queries: list[str] = field(default_factory=list)

    def tell(self, *samples: tuple[dict[str, str], str]) -> None:
        """Answer with samples, each with its labels and its value."""
        result: list[dict[str, Any]] = [
            {"metric": labels, "value": [1700000000.0, value]} for labels, value in samples
        ]
        document = {"status": "success", "data": {"resultType": "vector", "result": result}}
        self.answer = (200, json.dumps(document).encode())


@contextmanager
def prometheus() -> Iterator[Prometheus]:
    """Run it on a free port of 127.0.0.1; it knows of no jobs."""
    handler: type[_Handler] = type("Handler", (_Handler,), {})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        handler.played = Prometheus(url=f"http://127.0.0.1:{server.server_address[1]}")
        handler.played.tell()
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        yield handler.played
        server.shutdown()


class _Handler(BaseHTTPRequestHandler):
    played: Prometheus

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        assert parts.path == "/api/v1/query"
        self.played.queries += parse_qs(parts.query)["query"]
        status, content = self.played.answer
        self.send_response(status)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing: queries are kept for the test to see."""
