"""All servers of PostgreSQL of an emulator."""

import secrets
import socket
from dataclasses import dataclass
from pathlib import Path

from rehearsal.cloud.postgres.server import PORT, Server, data_of, remove_data
from rehearsal.cloud.postgres.tls_proxy import IsToken, TlsProxy
from rehearsal.cloud.postgres.trust import Trust

_TRIES = 50
_LOWEST, _HIGHEST = 100, 254
"""Of the two free numbers of an address: all have three digits, so that one can take the place of
another in what a checkpoint holds."""


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
        address = free_address(database.port)
        server = self._server(instance)
        server.start(database.master, database.password, database.name)
        self._listen(instance, server, (address, database.port), is_token)
        return address

    def restore(
        self, instance: str, source: Path, address: tuple[str, int], is_token: IsToken
    ) -> None:
        """Start a server with the data that `save` has put into a directory."""
        server = self._server(instance)
        server.restore(source / instance)
        self._listen(instance, server, address, is_token)

    def save(self, directory: Path) -> None:
        """Copy the data of each server, which is suspended meanwhile."""
        for instance, (_, server) in self._open.items():
            server.save(directory / instance)

    def _server(self, instance: str) -> Server:
        directory = self._directory / "databases" / instance
        directory.mkdir(parents=True, exist_ok=True)
        return Server(directory, data_of(self._directory) / instance)

    def _listen(
        self, instance: str, server: Server, address: tuple[str, int], is_token: IsToken
    ) -> None:
        pair = self._trust.issue(instance, address[0])
        proxy = TlsProxy(address, pair, server.socket, is_token)
        proxy.open()
        self._open[instance] = proxy, server

    def stop(self, instance: str) -> None:
        if found := self._open.pop(instance, None):
            proxy, server = found
            proxy.close()
            server.stop()

    def stop_all(self) -> None:
        for instance in tuple(self._open):
            self.stop(instance)
        remove_data(self._directory)


def free_address(port: int = PORT) -> str:
    """Choose an address of this machine's own network, so that each instance has its port."""
    for _ in range(_TRIES):
        first, second = (_LOWEST + secrets.randbelow(_HIGHEST - _LOWEST) for _ in range(2))
        address = f"127.{first}.{second}.1"
        with socket.socket() as attempt:
            attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                attempt.bind((address, port))
            except OSError:
                continue
            return address
    message = f"no address of this machine has port {port} free"
    raise RuntimeError(message)
