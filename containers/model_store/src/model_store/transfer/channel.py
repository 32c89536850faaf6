"""A connection on which nothing blocks, with or without TLS."""

import errno
import os
import socket
import ssl
from collections.abc import Callable
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

from model_store.transfer.turns import Waiting

_BLOCKED = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)

_Result = TypeVar("_Result")


class Channel:
    """Bytes to one server and back; it takes `silence` seconds without any for broken.

    Raises `OSError` when the connection fails. What `watch` is told are descriptors whose news must
    give the work a turn.
    """

    def __init__(self, *, silence: float, watch: Callable[[int], None]) -> None:
        self._silence = silence
        self._watch = watch
        self._socket = socket.socket()

    def open(self, host: str, port: int, *, secure: bool) -> Waiting[None]:
        """Connect to the first of the server's addresses that answers."""
        trouble = OSError(f"{host} has no address")
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        for family, kind, protocol, _, address in found:
            self._socket = socket.socket(family, kind, protocol)
            self._socket.setblocking(False)  # noqa: FBT003 -- the standard library takes it so
            self._watch(self._socket.fileno())
            try:
                yield from self._connect(address)
            except OSError as error:
                self._socket.close()
                trouble = error
            else:
                if secure:
                    yield from self._secure(host)
                return
        raise trouble

    def send(self, content: bytes) -> Waiting[None]:
        """Send all of it."""
        left = memoryview(content)
        while left:
            sent = yield from self._when_ready(partial(self._socket.send, left))
            left = left[sent:]

    def receive(self, buffer: memoryview) -> Waiting[int]:
        """Fill the buffer as far as bytes are there, and wait only for the first; 0 at the end."""
        done = 0
        while done < len(buffer):
            try:
                count = self._socket.recv_into(buffer[done:])
            except _BLOCKED:
                if done:
                    break
                yield from self._wait()
                continue
            if not count:
                break
            done += count
        return done

    def close(self) -> None:
        """End the connection."""
        self._socket.close()

    def _connect(self, address: Any) -> Waiting[None]:  # noqa: ANN401 -- as getaddrinfo gave it
        # Asked again, it says how it went; news may have been of the descriptor's last use.
        while (code := self._socket.connect_ex(address)) not in (0, errno.EISCONN):
            if code not in (errno.EINPROGRESS, errno.EALREADY):
                raise OSError(code, os.strerror(code))
            yield from self._wait()

    def _secure(self, host: str) -> Waiting[None]:
        tls = trust().wrap_socket(self._socket, server_hostname=host, do_handshake_on_connect=False)
        self._socket = tls
        yield from self._when_ready(tls.do_handshake)

    def _when_ready(self, operation: Callable[[], _Result]) -> Waiting[_Result]:
        while True:
            try:
                return operation()
            except _BLOCKED:  # noqa: PERF203 -- to wait is what the loop is for
                yield from self._wait()

    def _wait(self) -> Waiting[None]:
        if not (yield self._silence):
            message = "timed out"
            raise TimeoutError(message)


@cache
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
