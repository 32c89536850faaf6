"""Non-blocking sockets for the event loop, with or without TLS."""

import errno
import os
import socket
import ssl
from collections.abc import Callable
from functools import cache, partial
from typing import Any, TypeVar

from model_store.transfer.event_loop import Coroutine

_BLOCKED = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)

_Result = TypeVar("_Result")


class StreamSocket:
    """A TCP connection to one server, broken after `idle_s` seconds without a byte.

    Raises `OSError` when the connection fails. `register` is the event loop's.
    """

    def __init__(self, *, idle_s: float, register: Callable[[int], None]) -> None:
        self._idle_s = idle_s
        self._register = register
        self._socket = socket.socket()

    def connect(self, host: str, port: int) -> Coroutine[None]:
        """Connect to the first of the host's addresses that accepts."""
        failure = OSError(f"{host} has no address")
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        for family, kind, protocol, _, address in found:
            self._socket = socket.socket(family, kind, protocol)
            self._socket.setblocking(False)  # noqa: FBT003 -- the standard library takes it so
            self._register(self._socket.fileno())
            try:
                yield from self._connect_to(address)
            except OSError as error:
                self._socket.close()
                failure = error
            else:
                return
        raise failure

    def start_tls(self, host: str, authorities: str) -> Coroutine[None]:
        """Speak TLS from now on, with a host that the authorities vouch for."""
        tls = tls_context(authorities).wrap_socket(
            self._socket, server_hostname=host, do_handshake_on_connect=False
        )
        self._socket = tls
        yield from self._when_ready(tls.do_handshake)

    def send(self, content: bytes) -> Coroutine[None]:
        left = memoryview(content)
        while left:
            sent = yield from self._when_ready(partial(self._socket.send, left))
            left = left[sent:]

    def receive(self, buffer: memoryview) -> Coroutine[int]:
        """Read the bytes that are there, and wait only for the first of them; 0 at the end."""
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
        self._socket.close()

    def _connect_to(self, address: Any) -> Coroutine[None]:  # noqa: ANN401 -- as getaddrinfo gave it
        # Called again, it gives the result; the event may be of the descriptor's last use.
        while (code := self._socket.connect_ex(address)) not in (0, errno.EISCONN):
            if code not in (errno.EINPROGRESS, errno.EALREADY):
                raise OSError(code, os.strerror(code))
            yield from self._wait()

    def _when_ready(self, operation: Callable[[], _Result]) -> Coroutine[_Result]:
        while True:
            try:
                return operation()
            except _BLOCKED:  # noqa: PERF203 -- to wait is what the loop is for
                yield from self._wait()

    def _wait(self) -> Coroutine[None]:
        if not (yield self._idle_s):
            message = "timed out"
            raise TimeoutError(message)


@cache
def tls_context(authorities: str) -> ssl.SSLContext:
    """Return a context that trusts the certificates in a file, or the system's if none is named."""
    # ssl.create_default_context has refused more than botocore does since Python 3.13.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if authorities:
        context.load_verify_locations(authorities)
    else:
        context.load_default_certs()
    return context
