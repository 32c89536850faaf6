"""Serves the page on this machine, and passes its questions on to Prometheus.

The page cannot ask Prometheus itself: a browser lets it ask only where it came from.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from http import HTTPStatus
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener

_PAGE = Path(__file__).parent / "page"
_FILES = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/style.css": ("style.css", "text/css; charset=utf-8"),
    "/draw.mjs": ("draw.mjs", "text/javascript; charset=utf-8"),
    "/page.mjs": ("page.mjs", "text/javascript; charset=utf-8"),
}
_JSON = "application/json"
_QUESTIONS = ("/api/v1/query", "/api/v1/query_range")
_NAMES = ("127.0.0.1", "localhost")
"""Of this machine; the port may be that of a tunnel."""
_SECONDS = 30
_DIRECTLY = build_opener(ProxyHandler({}))
"""Asks without any proxy of the environment, which could not reach this machine's Prometheus."""


class PrometheusError(Exception):
    """Prometheus cannot be asked; the message is one sentence."""


def ask(prometheus: str, path: str, query: str) -> tuple[int, bytes]:
    """Return Prometheus' answer, which may be that the query is wrong."""
    try:
        with _DIRECTLY.open(f"{prometheus}{path}?{query}", timeout=_SECONDS) as answer:
            return answer.status, answer.read()
    except HTTPError as error:
        return error.code, error.read()
    except (URLError, HTTPException, OSError, ValueError) as error:
        message = f"Prometheus at {prometheus} does not answer: {getattr(error, 'reason', error)}"
        raise PrometheusError(message) from error


class Server(ThreadingHTTPServer):
    """The page with its dashboards, at a free port of the loopback address."""

    daemon_threads = True
    request_queue_size = (
        64  # all panels of a dashboard at once; of those beyond, some wait a second
    )

    def __init__(self, dashboards: Sequence[Any], prometheus: str, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.prometheus = prometheus
        self.model = json.dumps([asdict(drawn) for drawn in dashboards]).encode()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # header and content in one packet; the second would wait for an acknowledgement

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        if self.headers.get("Host", "").partition(":")[0] not in _NAMES:
            # A page of another site whose name was pointed at this machine.
            self._refuse(HTTPStatus.FORBIDDEN, f"ask for {self.server.url}")
        elif path in _FILES:
            name, kind = _FILES[path]
            self._answer(HTTPStatus.OK, kind, (_PAGE / name).read_bytes())
        elif path == "/dashboards.json":
            self._answer(HTTPStatus.OK, _JSON, self.server.model)
        elif path in _QUESTIONS:
            self._pass_on(path, query)
        else:
            self._refuse(HTTPStatus.NOT_FOUND, f"there is nothing at {path}")

    def _pass_on(self, path: str, query: str) -> None:
        try:
            status, answer = ask(self.server.prometheus, path, query)
        except PrometheusError as error:
            self._refuse(HTTPStatus.BAD_GATEWAY, str(error))
        else:
            self._answer(status, _JSON, answer)

    def _refuse(self, status: int, reason: str) -> None:
        """Say why not, in Prometheus' form, which the page shows."""
        self._answer(status, _JSON, json.dumps({"status": "error", "error": reason}).encode())

    def _answer(self, status: int, kind: str, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Security-Policy", "default-src 'self'; img-src data:")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Print nothing: a page asks dozens of questions a minute."""
