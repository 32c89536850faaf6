"""One connection: request after request, with the faults that are planned for them."""

import os
import socket
import ssl
import time
from dataclasses import dataclass, replace

from containers.model_store.tests.s3.access import Access, moved
from containers.model_store.tests.s3.answers import Refusal, Reply, Slice
from containers.model_store.tests.s3.faults import (
    Elsewhere,
    Fault,
    Faults,
    Late,
    Refuse,
    Run,
    WrongETag,
)
from containers.model_store.tests.s3.operations import Operations
from containers.model_store.tests.s3.sending import Bandwidth, Outlet
from containers.model_store.tests.s3.wire import Request, read_request


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One request that was answered, with the bytes of body that went out."""

    method: str
    key: str
    range: str
    status: int
    sent: int


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How far away S3 is: milliseconds to the first byte, 10^6 bytes a second; 0 is no limit."""

    first_byte_ms: float = 0
    connection_mb: float = 0
    total_mb: float = 0
    """Of all connections together: the client's network."""


class Service:
    """What happens between the network and the operations."""

    def __init__(
        self,
        operations: Operations,
        access: Access,
        faults: Faults,
        seen: list[Seen],
        bandwidth: Bandwidth,
    ) -> None:
        self._operations = operations
        self._access = access
        self._faults = faults
        self._seen = seen
        self._bandwidth = bandwidth

    def serve(self, connection: socket.socket, pace: Pace) -> None:
        """Answer until the client closes the connection or a fault cuts it."""
        if isinstance(connection, ssl.SSLSocket):
            connection.do_handshake()
        with connection.makefile("rb") as reader:
            goes_on = True
            while goes_on and (request := read_request(reader, connection)):
                fault = self._faults.take(
                    request.method, request.key, request.headers.get("range", "")
                )
                reply = self._reply(request, fault)
                request.drain()
                time.sleep(pace.first_byte_ms / 1000)
                goes_on = self._send(connection, request, reply, fault)
                goes_on &= request.headers.get("connection", "").lower() != "close"

    def _reply(self, request: Request, fault: Fault | None) -> Reply:
        try:
            self._access.check(request)
            _begin(fault)
            reply = self._operations.answer(request)
        except Refusal as refusal:
            return refusal.reply
        if isinstance(fault, WrongETag):
            return replace(reply, headers={**reply.headers, "ETag": '"another"'})
        return reply

    def _send(
        self, connection: socket.socket, request: Request, reply: Reply, fault: Fault | None
    ) -> bool:
        outlet = Outlet(connection, self._bandwidth)
        try:
            return outlet.send(reply, fault, only_head=request.method == "HEAD")
        finally:
            if isinstance(reply.body, Slice):
                os.close(reply.body.descriptor)
            self._seen.append(
                Seen(
                    method=request.method,
                    key=request.key,
                    range=request.headers.get("range", ""),
                    status=reply.status,
                    sent=outlet.sent,
                )
            )


def _begin(fault: Fault | None) -> None:
    """Do what comes before the answer, or instead of it."""
    match fault:
        case Refuse(status, code, message):
            raise Refusal(status, code, message)
        case Elsewhere(region):
            raise moved(region)
        case Run(action):
            action()
        case Late(seconds):
            time.sleep(seconds)
