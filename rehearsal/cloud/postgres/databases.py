"""All servers of PostgreSQL of an emulator."""

import secrets
import socket
from dataclasses import dataclass
from pathlib import Path

from rehearsal.cloud.postgres.server import Server, data_of, remove_data
from rehearsal.cloud.postgres.tls_proxy import IsToken, TlsProxy
from rehearsal.cloud.postgres.trust import Trust

_TRIES = 50
_HIGHEST = 254


@dataclass(frozen=True, kw_only=True)
class NewDatabase:
    """What a new instance is to hold, and who may do everything in it."""

    name: str
    master: str
    password: str
    port: int


class Databases:
    """The servers by the name of their instance."""

    def __init__(self, directory: Path, trust: Trust) -> None:
        self._directory = directory
        self._trust = trust
        self._open: dict[str, tuple[TlsProxy, Server]] = {}

    def start(self, instance: str, database: NewDatabase, is_token: IsToken) -> str:
        """Start a server, and return its address; the port is the one that was asked for."""
        address = _free_address(database.port)
        directory = self._directory / "databases" / instance
        directory.mkdir(parents=True, exist_ok=True)
        server = Server(directory, data_of(self._directory) / instance)
        server.start(database.master, database.password, database.name)
        pair = self._trust.issue(instance, address)
        proxy = TlsProxy((address, database.port), pair, server.socket, is_token)
        proxy.open()
        self._open[instance] = proxy, server
        return address

    def stop(self, instance: str) -> None:
        if found := self._open.pop(instance, None):
            proxy, server = found
            proxy.close()
            server.stop()

    def stop_all(self) -> None:
        for instance in tuple(self._open):
            self.stop(instance)
        remove_data(self._directory)


def _free_address(port: int) -> str:
    """Choose an address of this machine's own network, so that each instance has its port."""
    for _ in range(_TRIES):
        address = f"127.{1 + secrets.randbelow(_HIGHEST)}.{secrets.randbelow(_HIGHEST)}.1"
        with socket.socket() as attempt:
            attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                attempt.bind((address, port))
            except OSError:
                continue
            return address
    message = f"no address of this machine has port {port} free"
    raise RuntimeError(message)
