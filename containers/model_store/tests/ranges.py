"""A small HTTP server of ranges, and the parts that it has to offer."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from model_store.content import describe, ranges
from model_store.transfer.tasks import FilePart, PresignedUrl

PART_BYTES = 1000


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the server says instead of the range; `body` is cut where it ends."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    length: int | None = None


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request as it arrived, and the connection by which it came."""

    path: str
    headers: Mapping[str, str]
    client: tuple[str, int]


class RangeServer(ThreadingHTTPServer):
    """Serves objects from memory; `answer` may replace what is said to a request."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.objects: dict[str, bytes] = {}
        self.requests: list[Request] = []
        self.answer: Callable[[Request], Answer | None] = lambda _: None

    def handle_error(self, *_: object) -> None:
        """Stay silent about clients that went away."""

    def presigned(self, name: str) -> PresignedUrl:
        host, port = self.server_address[:2]
        return PresignedUrl(
            url=f"http://{host!s}:{port}/{name}?signed=1", headers={"If-Match": '"1"'}
        )

    def parts(self, name: str, content: bytes, directory: Path) -> list[FilePart]:
        """Offer an object, and return its parts, wanted in an empty file of the directory."""
        self.objects[name] = content
        target = directory / name
        target.write_bytes(content)
        size, _, hashes = describe(target, PART_BYTES)
        target.write_bytes(bytes(size))
        return [
            FilePart(
                name=name, target=target, offset=part.offset, size=part.size, sha256=part.sha256
            )
            for part in ranges(size, PART_BYTES, hashes)
        ]


class _Handler(BaseHTTPRequestHandler):
    server: RangeServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(path=self.path, headers=headers, client=self.client_address)
        self.server.requests.append(request)
        answer = self.server.answer(request) or self._range(headers["range"])
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        length = len(answer.body) if answer.length is None else answer.length
        self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(answer.body)
        self.close_connection = length != len(answer.body)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def _range(self, wanted: str) -> Answer:
        content = self.server.objects[self.path[1:].partition("?")[0]]
        first, last = wanted.removeprefix("bytes=").split("-")
        return Answer(status=206, body=content[int(first) : int(last) + 1])

    def log_message(self, *_: object) -> None:
        """Stay silent."""


@contextmanager
def range_server() -> Iterator[RangeServer]:
    with RangeServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
