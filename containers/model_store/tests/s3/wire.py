"""HTTP as the clients of S3 speak it: requests with plain, chunked and aws-chunked bodies."""

import io
import socket
from dataclasses import dataclass
from typing import BinaryIO, Protocol
from urllib.parse import parse_qsl, unquote, urlsplit


class _Source(Protocol):
    """What a body is read from: the connection, or another body that wraps this one."""

    def readinto(self, buffer: memoryview, /) -> int: ...

    def readline(self) -> bytes: ...


class Body(io.RawIOBase):
    """A request's body of `length` bytes."""

    def __init__(self, source: _Source, length: int) -> None:
        super().__init__()
        self._source = source
        self._left = length

    def readable(self) -> bool:
        return True

    # The buffer of RawIOBase is wider than what BufferedReader passes.
    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        wanted = min(len(buffer), self._left)
        got = self._source.readinto(memoryview(buffer)[:wanted]) if wanted else 0
        if wanted and not got:
            message = "the client went away within a body"
            raise ConnectionError(message)
        self._left -= got
        return got


class ChunkedBody(Body):
    """A body in chunks with trailers: HTTP's own chunks and those of aws-chunked look alike."""

    def __init__(self, source: _Source) -> None:
        super().__init__(source, 0)
        self._started = self._ended = False
        self.trailers: dict[str, str] = {}

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override] # as above
        if not self._left and not self._ended:
            self._next_chunk()
        return super().readinto(buffer)

    def _next_chunk(self) -> None:
        if self._started:
            self._source.readline()
        self._started = True
        self._left = int(self._source.readline().split(b";")[0], 16)
        if not self._left:
            self._ended = True
            self.trailers = read_headers(self._source)


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request; header names are in lower case, the path and the query unquoted."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: BinaryIO
    layers: tuple[Body, ...]

    @property
    def bucket(self) -> str:
        """The first part of the path: clients with an endpoint of their own write it there."""
        return self.path[1:].partition("/")[0]

    @property
    def key(self) -> str:
        """The object's name; empty for what is asked of the bucket itself."""
        return self.path[1:].partition("/")[2]

    def trailers(self) -> dict[str, str]:
        """Give what stood behind the body; complete once the body has been read."""
        return {
            name: value
            for layer in self.layers
            if isinstance(layer, ChunkedBody)
            for name, value in layer.trailers.items()
        }

    def drain(self) -> None:
        """Read what nobody wanted, so that the next request begins where it should."""
        while self.body.read(1 << 16):
            pass
        for layer in self.layers:
            layer.readall()


def read_headers(source: _Source) -> dict[str, str]:
    headers: dict[str, str] = {}
    while (line := source.readline().strip()) != b"":
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.lower()] = value.strip()
    return headers


def read_request(reader: io.BufferedReader, connection: socket.socket) -> Request | None:
    """Read one request; None when the client has closed the connection."""
    line = reader.readline()
    if not line.endswith(b"\n"):
        return None
    method, target, _ = line.decode("latin-1").split()
    headers = read_headers(reader)
    if headers.get("expect") == "100-continue":
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    url = urlsplit(target)
    body, layers = _body(reader, headers)
    return Request(
        method=method,
        path=unquote(url.path),
        query=dict(parse_qsl(url.query, keep_blank_values=True)),
        headers=headers,
        body=body,
        layers=layers,
    )


def _body(reader: io.BufferedReader, headers: dict[str, str]) -> tuple[BinaryIO, tuple[Body, ...]]:
    if headers.get("transfer-encoding") == "chunked":
        outer: Body = ChunkedBody(reader)
    else:
        outer = Body(reader, int(headers.get("content-length", "0")))
    body = io.BufferedReader(outer)
    if "aws-chunked" not in headers.get("content-encoding", ""):
        return body, (outer,)
    inner = ChunkedBody(body)
    return io.BufferedReader(inner), (outer, inner)
