"""All servers of Valkey of an emulator."""

from dataclasses import dataclass
from pathlib import Path

from rehearsal.cloud.postgres import Trust, free_address
from rehearsal.cloud.valkey.server import Server, TlsListener


@dataclass(frozen=True, kw_only=True)
class NewCache:
    """The port and the password of a replication group."""

    port: int
    password: str


class Caches:
    """The servers by the name of their replication group: its primary, and no replica."""

    def __init__(self, directory: Path, trust: Trust) -> None:
        self._directory = directory / "caches"
        self._trust = trust
        self._open: dict[str, tuple[TlsListener, Server]] = {}

    def start(self, group: str, cache: NewCache) -> str:
        """Start an empty server, and return its address; the port is the one asked for."""
        address = free_address(cache.port)
        self.start_at(group, address, cache)
        return address

    def start_at(self, group: str, address: str, cache: NewCache) -> None:
        """Start an empty server at an address that others know already."""
        server = Server(self._directory / group)
        pair = self._trust.issue(group, address)
        listener = TlsListener((address, cache.port), pair, server.start(cache.password))
        listener.open()
        self._open[group] = listener, server

    def stop(self, group: str) -> None:
        if found := self._open.pop(group, None):
            listener, server = found
            listener.close()
            server.stop()

    def stop_all(self) -> None:
        for group in tuple(self._open):
            self.stop(group)
