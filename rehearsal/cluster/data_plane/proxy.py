"""An HTTP proxy on this machine, which a client is told of by `proxy_url` or HTTP_PROXY."""

import http.client
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

HOST = "127.0.0.1"
_SECONDS = 30.0
_OF_ONE_HOP = ("connection", "proxy-connection", "keep-alive", "transfer-encoding", "host")
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a client sends to an address behind the proxy."""

    method: str
    host: str
    port: int
    target: str
    """Path and query."""
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Response:
    """What it gets."""

    status: int = HTTPStatus.OK
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


Respond = Callable[[Request], Response]


def refused(reason: str) -> Response:
    """Return what a proxy says where nobody listens."""
    return Response(status=HTTPStatus.BAD_GATEWAY, body=reason.encode())


def forward(request: Request, port: int) -> Response:
    """Pass a request on to a program that listens on a port of this machine."""
    connection = http.client.HTTPConnection(HOST, port, timeout=_SECONDS)
    headers = {k: v for k, v in request.headers.items() if k.lower() not in _OF_ONE_HOP}
    headers["Host"] = f"{request.host}:{request.port}"
    try:
        connection.request(request.method, request.target, request.body or None, headers)
        answer = connection.getresponse()
        kept = {k: v for k, v in answer.getheaders() if k.lower() not in _OF_ONE_HOP}
        return Response(status=answer.status, headers=kept, body=answer.read())
    except (OSError, http.client.HTTPException) as error:
        return refused(f"{request.host}:{request.port}: {error}")
    finally:
        connection.close()


def listen(port: int, respond: Respond) -> ThreadingHTTPServer:
    """Answer on a port until the server is shut down; raise `OSError` if the port is taken."""
    server = ThreadingHTTPServer((HOST, port), _handler(respond))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="proxy", daemon=True).start()
    return server


def _handler(respond: Respond) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            url = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            request = Request(
                method=self.command,
                host=url.hostname or "",
                port=url.port or 80,
                target=f"{url.path or '/'}{'?' + url.query if url.query else ''}",
                headers=dict(self.headers.items()),
                body=body,
            )
            try:
                response = respond(request)
            except Exception:  # noqa: BLE001 - a client gets an answer whatever has happened
                _LOG.exception("%s", self.path)
                response = Response(status=HTTPStatus.INTERNAL_SERVER_ERROR)
            self.send_response(response.status)
            for name, value in response.headers.items():
                if name.lower() != "content-length":
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(response.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(response.body)

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = _answer  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Keep the log for what goes wrong."""

    return Handler
