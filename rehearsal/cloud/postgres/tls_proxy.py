"""TLS proxy in front of PostgreSQL that verifies RDS IAM authentication tokens.

Which user is one of IAM's the server itself says, by letting it in without a password.
"""

import asyncio
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from rehearsal.cloud.postgres import wire
from rehearsal.cluster.authority import KeyPair

_CHUNK = 65536
_SECONDS_TO_STOP = 5.0

IsToken = Callable[[str, str], bool]
"""Whether a password is a token by which IAM lets a user connect: user, password."""


class TlsProxy:
    """Listens at one address and passes on to a server's socket."""

    def __init__(
        self, address: tuple[str, int], pair: KeyPair, server: Path, is_token: IsToken
    ) -> None:
        self._address = address
        self._server = server
        self._is_token = is_token
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(pair.certificate, pair.key)
        self._loop = asyncio.new_event_loop()
        self._listener: asyncio.Server | None = None
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def open(self) -> None:
        self._thread.start()
        host, port = self._address
        listen = asyncio.start_server(self._serve, host, port)
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
            with suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
                await self._admit(reader, writer)
        except asyncio.CancelledError:
            # A farewell in TLS waits for the client's, and there is no time for it.
            writer.transport.abort()
            raise
        finally:
            writer.close()

    async def _admit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number, startup = await wire.read_startup(reader)
        if number != wire.ENCRYPT:
            writer.write(wire.needs_encryption())
            await writer.drain()
            return
        writer.write(b"S")
        await writer.drain()
        await writer.start_tls(self._context)
        _, startup = await wire.read_startup(reader)
        from_server, to_server = await asyncio.open_unix_connection(str(self._server))
        try:
            to_server.write(startup)
            kind, content = await wire.read_message(from_server)
            if wire.asks_nothing(kind, content):
                user = wire.parameters_of(startup)["user"]
                if not await self._shows_token(user, reader, writer):
                    writer.write(wire.refusal(user))
                    await writer.drain()
                    return
            writer.write(wire.message(kind, content))
            await asyncio.gather(_pump(reader, to_server), _pump(from_server, writer))
        finally:
            to_server.close()

    async def _shows_token(
        self, user: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        writer.write(wire.password_request())
        await writer.drain()
        kind, content = await wire.read_message(reader)
        password = content.rstrip(b"\0").decode()
        return kind == wire.PASSWORD and await asyncio.to_thread(self._is_token, user, password)


async def _pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    """Pass on what comes until it ends, then end the other side too."""
    try:
        while chunk := await source.read(_CHUNK):
            target.write(chunk)
            await target.drain()
    finally:
        target.close()
