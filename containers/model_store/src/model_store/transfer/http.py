"""HTTP/1.1 client for ranges of objects, over a connection that is kept alive."""

import re
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from model_store.failure import ExitCode, Failure
from model_store.transfer.event_loop import Coroutine
from model_store.transfer.sockets import StreamSocket
from model_store.transfer.tasks import FilePart, PresignedUrl, Route

_CODE = re.compile(r"<Code>(\w{1,100})</Code>")
_REGION = re.compile(r"<Region>([\w-]{1,100})</Region>")
_BUSY = (408, 429)
_REFUSED = (401, 403, 407)
_EXPIRED = ("ExpiredToken", "TokenRefreshRequired")
_OTHER_REGION = (301, 302, 307, 308, 400)

_FINAL = {
    200: (ExitCode.UNAVAILABLE, "the server answers a range of {} with the whole: is it a proxy?"),
    401: (ExitCode.NOT_PERMITTED, "not permitted to read {}"),
    403: (ExitCode.NOT_PERMITTED, "not permitted to read {}"),
    404: (ExitCode.NOT_FOUND, "{} is no longer in the bucket: publish it again"),
    # The status of a version that is a delete marker.
    405: (ExitCode.NOT_FOUND, "{} is no longer in the bucket: publish it again"),
    407: (ExitCode.NOT_PERMITTED, "the proxy wants other credentials to read {}"),
    412: (ExitCode.REPLACED, "{} was replaced after this version was published: publish it again"),
    416: (ExitCode.DAMAGED, "{} in the bucket is shorter than in this version: publish it again"),
}
"""Errors that a retry cannot mend, by HTTP status."""


_HEAD_ENDS = b"\r\n\r\n"
_HEAD_BYTES = 16 << 10
_ERROR_BYTES = 64 << 10
"""Read of the body of an error response, which has S3's code and message."""

_OK = 200
_PARTIAL_CONTENT = 206
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, kw_only=True)
class ResponseHead:
    """Status and headers of a response; names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]

    @classmethod
    def of(cls, head: bytes) -> "ResponseHead":
        """Read the lines of a head; raise `ValueError` if it is not HTTP."""
        first, *lines = head.decode("latin-1").split("\r\n")
        protocol, _, status = first.partition(" ")
        if not protocol.startswith("HTTP/1."):
            message = f"the server does not speak HTTP, but says {first[:80]!r}"
            raise ValueError(message)
        fields = (line.partition(":") for line in lines)
        headers = {name.lower(): value.strip() for name, _, value in fields}
        return cls(status=int(status[:3]), headers=headers)

    @property
    def length(self) -> int | None:
        """Bytes of the body, where the server says so."""
        said = self.headers.get("content-length", "")
        return int(said) if said.isdecimal() else None


@dataclass(frozen=True)
class _Server:
    """What a connection leads to, and by which way."""

    scheme: str
    netloc: str
    route: Route


class TransientError(Exception):
    """The same request is worth repeating."""

    def __init__(self, code: ExitCode, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class ExpiredError(Exception):
    """The presigned URL has expired."""


def error_for(name: str, head: ResponseHead, body: str) -> Exception:
    """Return what to raise for a response other than 206 to a request for a range of an object.

    https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
    """
    status, code = head.status, _first(_CODE, body)
    said = f"{status} {code}".rstrip()
    if status >= 500 or status in _BUSY or code == "RequestTimeout":  # noqa: PLR2004 -- HTTP's own
        return TransientError(ExitCode.UNAVAILABLE, f"the server answered {said}")
    # An expired session is a 400, an expired signature a 403 AccessDenied like any other.
    if code in _EXPIRED or "Request has expired" in body:
        return ExpiredError()
    region = head.headers.get("x-amz-bucket-region") or _first(_REGION, body)
    if region and status in _OTHER_REGION:
        sentence = f"the bucket lies in {region}, not where it was asked for"
        return Failure(ExitCode.UNAVAILABLE, f"{sentence}: set AWS_REGION={region}")
    exit_code, sentence = _FINAL.get(
        status, (ExitCode.UNAVAILABLE, "the server refuses to send {}")
    )
    return Failure(exit_code, f"{sentence.format(name)} ({said})")


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found.group(1) if found else ""


class HttpConnection:
    """A persistent connection to one server at a time.

    Methods raise `TransientError`, `ExpiredError` or `Failure`, and `close` must follow.
    """

    def __init__(self, *, idle_s: float, register: Callable[[int], None]) -> None:
        self._socket = StreamSocket(idle_s=idle_s, register=register)
        self._server: _Server | None = None
        self._buffered = b""
        """The beginning of a body, when it was received with the head."""

    def request(self, presigned: PresignedUrl, part: FilePart) -> Coroutine[None]:
        """Request a part; then `receive` gives its bytes and no others."""
        url = urlsplit(presigned.url)
        try:
            server = _Server(url.scheme, url.netloc, presigned.route)
            if self._server != server:
                yield from self._connect(server, url)
            yield from self._socket.send(_request(url, presigned, part))
            head = yield from self._response_head()
            # Some servers answer 200 to a range that is all of an object.
            is_whole = head.status == _OK and not part.offset and head.length == part.size
            if head.status != _PARTIAL_CONTENT and not is_whole:
                raise error_for(part.name, head, (yield from self._error_body(head)))
        except ssl.SSLCertVerificationError as error:
            sentence = f"{url.hostname} is not to be trusted ({error.verify_message})"
            remedy = "AWS_CA_BUNDLE names a file with other authorities"
            raise Failure(ExitCode.UNAVAILABLE, f"{sentence}: {remedy}") from error
        except (OSError, ValueError) as error:
            raise _connection_failed(error) from error
        if head.length != part.size:
            reason = f"the server sends {head.length} bytes instead of {part.size}"
            raise TransientError(ExitCode.DAMAGED, reason)

    def receive(self, buffer: memoryview) -> Coroutine[int]:
        """Put what was received into the buffer, at least a byte; 0 when the server has closed."""
        if self._buffered:
            count = min(len(self._buffered), len(buffer))
            buffer[:count] = self._buffered[:count]
            self._buffered = self._buffered[count:]
            return count
        try:
            return (yield from self._socket.receive(buffer))
        except OSError as error:
            raise _connection_failed(error) from error

    def close(self) -> None:
        """Close it: the next request makes a new one."""
        self._socket.close()
        self._server = None
        self._buffered = b""

    def _connect(self, server: "_Server", url: SplitResult) -> Coroutine[None]:
        self.close()
        route, host, port = server.route, url.hostname or "", url.port or _PORTS[url.scheme]
        if route.proxy:
            proxy = urlsplit(f"//{route.proxy}")
            yield from self._socket.connect(proxy.hostname or "", proxy.port or _PORTS["http"])
        else:
            yield from self._socket.connect(host, port)
        if url.scheme == "https":
            if route.proxy:
                yield from self._tunnel(f"{url.netloc.removesuffix(f':{port}')}:{port}", route)
            yield from self._socket.start_tls(host, route.authorities)
        self._server = server

    def _tunnel(self, target: str, route: Route) -> Coroutine[None]:
        """Let the proxy lead all that follows to the target."""
        headers = _lines({"Host": target, **route.proxy_headers})
        yield from self._socket.send(
            f"CONNECT {target} HTTP/1.1\r\n{headers}\r\n".encode("latin-1")
        )
        head = yield from self._response_head()
        if head.status == _OK:
            return
        sentence = f"the proxy {route.proxy} does not connect to {target} ({head.status})"
        if head.status >= 500 or head.status in _BUSY:  # noqa: PLR2004 -- HTTP's own
            raise TransientError(ExitCode.UNAVAILABLE, sentence)
        code = ExitCode.NOT_PERMITTED if head.status in _REFUSED else ExitCode.UNAVAILABLE
        raise Failure(code, sentence)

    def _response_head(self) -> Coroutine[ResponseHead]:
        received = b""
        while _HEAD_ENDS not in received:
            if len(received) > _HEAD_BYTES:
                message = "the server's response has no end of its head"
                raise ValueError(message)
            more = yield from self._more()
            if not more:
                message = "the server closed the connection before a response"
                raise ConnectionError(message)
            received += more
        head, _, self._buffered = received.partition(_HEAD_ENDS)
        return ResponseHead.of(head)

    def _error_body(self, head: ResponseHead) -> Coroutine[str]:
        body = self._buffered
        length = _ERROR_BYTES if head.length is None else min(head.length, _ERROR_BYTES)
        # Without a length it comes in chunks, of which the last is empty, or ends the connection.
        while len(body) < length and not body.endswith(b"\r\n0" + _HEAD_ENDS):
            more = yield from self._more()
            if not more:
                break
            body += more
        return body.decode(errors="replace")

    def _more(self) -> Coroutine[bytes]:
        buffer = bytearray(_HEAD_BYTES)
        count = yield from self._socket.receive(memoryview(buffer))
        return bytes(buffer[:count])


def _request(url: SplitResult, presigned: PresignedUrl, part: FilePart) -> bytes:
    wanted = f"bytes={part.offset}-{part.offset + part.size - 1}"
    headers = {"Host": url.netloc, **presigned.headers, "Range": wanted}
    target = f"{url.path}?{url.query}"
    if presigned.route.proxy and url.scheme == "http":
        target = f"http://{url.netloc}{target}"
        headers |= presigned.route.proxy_headers
    return f"GET {target} HTTP/1.1\r\n{_lines(headers)}\r\n".encode("latin-1")


def _lines(headers: Mapping[str, str]) -> str:
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items())


def _connection_failed(error: OSError | ValueError) -> TransientError:
    """Describe a failed connection, which a new one may replace."""
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return TransientError(ExitCode.UNAVAILABLE, f"the connection failed: {reason}")
