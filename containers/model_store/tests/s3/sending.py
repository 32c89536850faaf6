"""The way out: heads and bodies onto a connection, as cheaply as this language can."""

import os
import select
import socket
import ssl
import struct
import threading
import time
from http import HTTPStatus

from containers.model_store.tests.s3.answers import Reply, Slice
from containers.model_store.tests.s3.faults import Cut, Fault, Flip, Shorten, Stall

_STEP = 1 << 18


class Bandwidth:
    """So many 10^6 bytes a second for all connections together; 0 sets no limit."""

    def __init__(self, megabytes: float) -> None:
        self._rate = megabytes * 1e6
        self._lock = threading.Lock()
        self._free_at = 0.0

    def wait_for(self, count: int) -> None:
        """Return when it is these bytes' turn."""
        if not self._rate:
            return
        with self._lock:
            now = time.monotonic()
            begins = max(now, self._free_at)
            self._free_at = begins + count / self._rate
        time.sleep(begins - now)


class Outlet:
    """One connection's way out; `sent` counts the bytes of bodies."""

    def __init__(self, connection: socket.socket, bandwidth: Bandwidth) -> None:
        self._connection = connection
        self._bandwidth = bandwidth
        self.sent = 0

    def send(self, reply: Reply, fault: Fault | None, *, only_head: bool) -> bool:
        """Send a reply; says whether the connection may go on."""
        length = reply.length
        match fault:
            case Cut(after) | Stall(after, _):
                stop = min(after, length)
            case Shorten(by):
                stop = length = max(0, length - by)
            case _:
                stop = length
        self._head(reply, length, more=stop > 0 and not only_head)
        if only_head:
            return True
        if isinstance(fault, Flip):
            self._bytes(_flipped(_read(reply.body), fault.at))
        elif isinstance(reply.body, Slice):
            self._slice(reply.body, stop)
        else:
            self._bytes(reply.body[:stop])
        return self._afterwards(fault)

    def _head(self, reply: Reply, length: int, *, more: bool) -> None:
        status = HTTPStatus(reply.status)
        headers = {"Content-Length": str(length), "x-amz-request-id": "0", **reply.headers}
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = f"HTTP/1.1 {status.value} {status.phrase}\r\n{lines}\r\n".encode("latin-1")
        if isinstance(self._connection, ssl.SSLSocket):
            self._connection.sendall(head)
        else:
            # With the body behind it, the head needs no packet of its own.
            self._connection.sendall(head, socket.MSG_MORE if more else 0)

    def _slice(self, body: Slice, stop: int) -> None:
        if isinstance(self._connection, ssl.SSLSocket):
            self._encrypted(body, stop)
            return
        target = self._connection.fileno()
        offset, end = body.start, body.start + stop
        while offset < end:
            step = min(_STEP, end - offset)
            self._bandwidth.wait_for(step)
            done = os.sendfile(target, body.descriptor, offset, step)
            if not done:
                raise _shorter()
            offset += done
            self.sent += done

    def _encrypted(self, body: Slice, stop: int) -> None:
        with memoryview(bytearray(min(stop, _STEP))) as buffer:
            for offset in range(0, stop, _STEP):
                piece = buffer[: stop - offset]
                self._bandwidth.wait_for(len(piece))
                if os.preadv(body.descriptor, [piece], body.start + offset) < len(piece):
                    raise _shorter()
                self._bytes(piece)

    def _bytes(self, data: bytes | memoryview) -> None:
        self._connection.sendall(data)
        self.sent += len(data)

    def _afterwards(self, fault: Fault | None) -> bool:
        match fault:
            case Cut(_, reset):
                if reset:
                    # Closing with a linger time of zero sends a reset.
                    linger = struct.pack("ii", 1, 0)
                    self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                return False
            case Stall(_, seconds):
                # Ends earlier when the client or the server closes the connection.
                select.select([self._connection], [], [], seconds)
                return False
            case _:
                return True


def _read(body: bytes | Slice) -> bytes:
    if isinstance(body, Slice):
        return os.pread(body.descriptor, body.length, body.start)
    return body


def _flipped(data: bytes, at: int) -> bytes:
    at %= max(1, len(data))
    return data[:at] + bytes(byte ^ 1 for byte in data[at : at + 1]) + data[at + 1 :]


def _shorter() -> ConnectionError:
    return ConnectionError("a file became shorter while it was sent")
