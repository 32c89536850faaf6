"""Asks a server for ranges of objects, over a connection that is kept."""

import ssl
from collections.abc import Callable
from urllib.parse import SplitResult, urlsplit

from model_store.failure import ExitCode, Failure
from model_store.transfer.answers import Answer, TroubleError, judge
from model_store.transfer.channel import Channel
from model_store.transfer.source import Part, Source
from model_store.transfer.turns import Waiting

_HEAD_ENDS = b"\r\n\r\n"
_HEAD_BYTES = 16 << 10
_ERROR_BYTES = 64 << 10
"""Read of the body of a refusal, which says why in S3's words."""

_PARTIAL_CONTENT = 206
_PORTS = {"http": 80, "https": 443}
_NOWHERE = ("", "")


class Connection:
    """A way to one server at a time, on which one answer follows the other.

    Methods raise `TroubleError`, `ExpiredError` or `Failure`, and `close` must follow.
    """

    def __init__(self, *, silence: float, watch: Callable[[int], None]) -> None:
        self._channel = Channel(silence=silence, watch=watch)
        self._server = _NOWHERE
        self._come = b""
        """The beginning of a body, when it came with the head."""

    def ask(self, source: Source, part: Part) -> Waiting[None]:
        """Ask for a part; then `receive` gives its bytes and no others."""
        url = urlsplit(source.url)
        try:
            if self._server != (url.scheme, url.netloc):
                yield from self._go_to(url)
            yield from self._channel.send(_request(url, source, part))
            answer = yield from self._answer()
            if answer.status != _PARTIAL_CONTENT:
                raise judge(part.name, answer, (yield from self._refusal(answer)))
        except ssl.SSLCertVerificationError as error:
            sentence = f"{url.hostname} is not to be trusted ({error.verify_message})"
            remedy = "AWS_CA_BUNDLE names a file with other authorities"
            raise Failure(ExitCode.UNAVAILABLE, f"{sentence}: {remedy}") from error
        except (OSError, ValueError) as error:
            raise _broken(error) from error
        if answer.length != part.size:
            reason = f"the server sends {answer.length} bytes instead of {part.size}"
            raise TroubleError(ExitCode.DAMAGED, reason)

    def receive(self, buffer: memoryview) -> Waiting[int]:
        """Put into the buffer what has come, at least a byte; 0 when the server has ended it."""
        if self._come:
            count = min(len(self._come), len(buffer))
            buffer[:count] = self._come[:count]
            self._come = self._come[count:]
            return count
        try:
            return (yield from self._channel.receive(buffer))
        except OSError as error:
            raise _broken(error) from error

    def close(self) -> None:
        """Forget the connection: the next request makes a new one."""
        self._channel.close()
        self._server = _NOWHERE
        self._come = b""

    def _go_to(self, url: SplitResult) -> Waiting[None]:
        self.close()
        host, port = url.hostname or "", url.port or _PORTS[url.scheme]
        yield from self._channel.open(host, port, secure=url.scheme == "https")
        self._server = (url.scheme, url.netloc)

    def _answer(self) -> Waiting[Answer]:
        come = b""
        while _HEAD_ENDS not in come:
            if len(come) > _HEAD_BYTES:
                message = "the server's answer has no end of its head"
                raise ValueError(message)
            more = yield from self._more()
            if not more:
                message = "the server ended it instead of an answer"
                raise ConnectionError(message)
            come += more
        head, _, self._come = come.partition(_HEAD_ENDS)
        return Answer.of(head)

    def _refusal(self, answer: Answer) -> Waiting[str]:
        body = self._come
        length = _ERROR_BYTES if answer.length is None else min(answer.length, _ERROR_BYTES)
        # Without a length it comes in chunks, of which the last is empty, or ends the connection.
        while len(body) < length and not body.endswith(b"\r\n0" + _HEAD_ENDS):
            more = yield from self._more()
            if not more:
                break
            body += more
        return body.decode(errors="replace")

    def _more(self) -> Waiting[bytes]:
        buffer = bytearray(_HEAD_BYTES)
        count = yield from self._channel.receive(memoryview(buffer))
        return bytes(buffer[:count])


def _request(url: SplitResult, source: Source, part: Part) -> bytes:
    wanted = f"bytes={part.offset}-{part.offset + part.size - 1}"
    headers = {"Host": url.netloc, **source.headers, "Range": wanted}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"GET {url.path}?{url.query} HTTP/1.1\r\n{lines}\r\n".encode("latin-1")


def _broken(error: OSError | ValueError) -> TroubleError:
    """Return what a connection that failed means: that a new one may not."""
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return TroubleError(ExitCode.UNAVAILABLE, f"the connection failed: {reason}")
