"""The server: a listener, a thread for each connection, and what was seen."""

import contextlib
import socket
import ssl
import tempfile
import threading
from pathlib import Path
from types import TracebackType

from containers.model_store.tests.s3.access import Access
from containers.model_store.tests.s3.certificate import write_certificate
from containers.model_store.tests.s3.faults import Faults
from containers.model_store.tests.s3.operations import Operations
from containers.model_store.tests.s3.sending import Bandwidth
from containers.model_store.tests.s3.serving import Pace, Seen, Service

_SO_MAX_PACING_RATE = 47
"""Linux: the kernel itself holds a connection to so many bytes a second."""


class Server(contextlib.AbstractContextManager["Server"]):
    """One bucket, as files below `root`, on a free port of 127.0.0.1 until `with` ends."""

    def __init__(
        self,
        root: Path,
        *,
        bucket: str,
        versioned: bool = False,
        tls: bool = False,
        pace: Pace | None = None,
        access: Access | None = None,
    ) -> None:
        self.access = access or Access()
        self.faults = Faults()
        self.pace = pace or Pace()
        self.seen: list[Seen] = []
        self.connections = self.most_connections = 0
        region = self.access.region or "us-east-1"
        operations = Operations(root, bucket=bucket, versioned=versioned, region=region)
        self.objects = operations.objects
        bandwidth = Bandwidth(self.pace.total_mb)
        self._service = Service(operations, self.access, self.faults, self.seen, bandwidth)
        self._folder = tempfile.TemporaryDirectory(prefix="s3-")
        self.certificate, key = write_certificate(Path(self._folder.name))
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) if tls else None
        if self._tls:
            self._tls.load_cert_chain(self.certificate, key)
        self._open: dict[socket.socket, threading.Thread] = {}
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        port = self._listener.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{port}"
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._accepting.join()
        self._listener.close()
        self.disconnect()
        self._folder.cleanup()

    @property
    def sent(self) -> int:
        return sum(seen.sent for seen in self.seen)

    def disconnect(self) -> None:
        """Cut every connection and wait until nobody is served any more."""
        for connection, thread in list(self._open.items()):
            with contextlib.suppress(OSError):  # closed in the meantime
                # Not SSLSocket's own, which takes away what the thread is using.
                socket.socket.shutdown(connection, socket.SHUT_RDWR)
            # A thread that has not started yet will find the connection closed.
            if thread.is_alive():
                thread.join()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:  # the listener was shut down
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.pace.connection_mb:
                rate = int(self.pace.connection_mb * 1e6)
                connection.setsockopt(socket.SOL_SOCKET, _SO_MAX_PACING_RATE, rate)
            if self._tls:
                connection = self._tls.wrap_socket(
                    connection, server_side=True, do_handshake_on_connect=False
                )
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._open[connection] = thread
            self.connections += 1
            self.most_connections = max(self.most_connections, len(self._open))
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with contextlib.suppress(OSError), connection:  # clients go as they like
                self._service.serve(connection, self.pace)
        finally:
            del self._open[connection]
