"""The part of PostgreSQL's protocol that asks a client for its password."""

import asyncio
import struct

ENCRYPT = 80877103
"""The request number of SSLRequest."""
AUTHENTICATION = b"R"
PASSWORD = b"p"
_OK, _CLEARTEXT = 0, 3
_LENGTH = 4


async def read_startup(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Return the number and the whole of a message without a type."""
    head = await reader.readexactly(2 * _LENGTH)
    length, number = struct.unpack("!II", head)
    return number, head + await reader.readexactly(length - len(head))


async def read_message(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """Return the type and the content of a message."""
    kind = await reader.readexactly(1)
    (length,) = struct.unpack("!I", await reader.readexactly(_LENGTH))
    return kind, await reader.readexactly(length - _LENGTH)


def message(kind: bytes, content: bytes) -> bytes:
    """Put a message together."""
    return kind + struct.pack("!I", len(content) + _LENGTH) + content


def parameters_of(startup: bytes) -> dict[str, str]:
    """Return the parameters of a StartupMessage: user, database and so on."""
    words = startup[2 * _LENGTH :].rstrip(b"\0").split(b"\0")
    texts = [word.decode() for word in words]
    return dict(zip(texts[::2], texts[1::2], strict=True))


def asks_nothing(kind: bytes, content: bytes) -> bool:
    """Whether the server lets the client in without a password."""
    return kind == AUTHENTICATION and struct.unpack("!I", content[:_LENGTH])[0] == _OK


def password_request() -> bytes:
    """Ask for the password itself, as RDS does for tokens: only TLS protects it."""
    return message(AUTHENTICATION, struct.pack("!I", _CLEARTEXT))


def refusal(user: str) -> bytes:
    """Make the ErrorResponse of RDS for a refused login."""
    return _no_entry(f'PAM authentication failed for user "{user}"')


def needs_encryption() -> bytes:
    """Refuse a connection without TLS, as a parameter of RDS does by default from 15 on."""
    return _no_entry("no pg_hba.conf entry for host, no encryption")


def _no_entry(text: str) -> bytes:
    fields = {"S": "FATAL", "V": "FATAL", "C": "28000", "M": text}
    return message(b"E", b"".join(f"{k}{v}\0".encode() for k, v in fields.items()) + b"\0")
