"""Asks a server for ranges of objects, over connections that are kept."""

import os
import ssl
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from model_store.failure import ExitCode, Failure
from model_store.transfer.answers import TroubleError, judge
from model_store.transfer.source import Part, Source

_ERROR_BYTES = 64 << 10
"""Read of the body of a refusal, which says why in S3's words."""


def trust() -> ssl.SSLContext:
    """Return whom to trust: botocore's authorities, so that one setting is enough for both."""
    # ssl.create_default_context has refused more than botocore does since Python 3.13.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    botocore = find_spec("botocore")
    if authorities := os.environ.get("AWS_CA_BUNDLE"):
        context.load_verify_locations(authorities)
    elif botocore and botocore.origin:
        context.load_verify_locations(Path(botocore.origin).with_name("cacert.pem"))
    else:
        context.load_default_certs()
    return context


class Connection:
    """One thread's way to the servers; it takes `silence` seconds without a byte for broken."""

    def __init__(self, *, silence: float, trusted: ssl.SSLContext) -> None:
        self._silence = silence
        self._trusted = trusted
        self._connections: dict[tuple[str, str], HTTPConnection] = {}

    def ask(self, source: Source, part: Part) -> HTTPResponse:
        """Return the answer that carries the part's bytes and no others.

        Raises `TroubleError`, `ExpiredError` or `Failure`, and `close` must follow.
        """
        url = urlsplit(source.url)
        last = part.offset + part.size - 1
        headers = {**source.headers, "Range": f"bytes={part.offset}-{last}"}
        try:
            connection = self._to(url)
            connection.request("GET", f"{url.path}?{url.query}", headers=headers)
            response = connection.getresponse()
            if response.status != HTTPStatus.PARTIAL_CONTENT:
                body = response.read(_ERROR_BYTES).decode(errors="replace")
                raise judge(part.name, response.status, response.headers, body)
        except ssl.SSLCertVerificationError as error:
            sentence = f"{url.hostname} is not to be trusted ({error.verify_message})"
            remedy = "AWS_CA_BUNDLE names a file with other authorities"
            raise Failure(ExitCode.UNAVAILABLE, f"{sentence}: {remedy}") from error
        except (OSError, HTTPException) as error:
            raise broken(error) from error
        if response.length != part.size:
            reason = f"the server sends {response.length} bytes instead of {part.size}"
            raise TroubleError(ExitCode.DAMAGED, reason)
        return response

    def close(self) -> None:
        """Forget the connections: the next request makes new ones."""
        for connection in self._connections.values():
            connection.close()

    def _to(self, url: SplitResult) -> HTTPConnection:
        server = (url.scheme, url.netloc)
        if server not in self._connections:
            host = url.hostname or ""
            self._connections[server] = (
                HTTPSConnection(host, url.port, timeout=self._silence, context=self._trusted)
                if url.scheme == "https"
                else HTTPConnection(host, url.port, timeout=self._silence)
            )
        return self._connections[server]


def broken(error: OSError | HTTPException) -> TroubleError:
    """Return what a connection that failed means: that a new one may not."""
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return TroubleError(ExitCode.UNAVAILABLE, f"the connection failed: {reason}")
