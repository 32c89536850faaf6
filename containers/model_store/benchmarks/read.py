"""`python -m ….benchmarks.read SOURCE URL PREFIX CONNECTIONS TARGET`: the network alone.

Reads in two processes, as one is held up by its interpreter lock; TARGET stays as it is.
"""

import multiprocessing
import socket
import ssl
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

_PART_BYTES = 8 << 20
_BUFFER_BYTES = 1 << 20
_HEAD_BYTES = 4096
_HEAD_ENDS = b"\r\n\r\n"
_PROCESSES = 2


def main() -> None:
    """Read every object in parts; end with an error if one process does."""
    source, url, prefix, connections, _ = sys.argv[1:]
    parts = _parts(Path(source), prefix)
    count = int(connections)
    shares = [parts[start::count] for start in range(count)]
    readers = [
        multiprocessing.Process(target=_read_all, args=(url, shares[start::_PROCESSES]))
        for start in range(min(_PROCESSES, count))
    ]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    sys.exit(any(reader.exitcode for reader in readers))


def _parts(source: Path, prefix: str) -> list[tuple[str, int, int]]:
    """Give path, first byte and length of each part."""
    return [
        (f"/{prefix}{path.relative_to(source)}", start, min(_PART_BYTES, size - start))
        for path in source.rglob("*")
        if path.is_file()
        for size in [path.stat().st_size]
        for start in range(0, size, _PART_BYTES)
    ]


def _read_all(url: str, shares: Sequence[Sequence[tuple[str, int, int]]]) -> None:
    with ThreadPoolExecutor(len(shares)) as threads:
        for reading in [threads.submit(_read, url, share) for share in shares]:
            reading.result()


def _read(url: str, parts: Sequence[tuple[str, int, int]]) -> None:
    buffer = memoryview(bytearray(_BUFFER_BYTES))
    with _connect(url) as connection:
        for path, start, length in parts:
            connection.sendall(
                f"GET {path} HTTP/1.1\r\nHost: {urlsplit(url).netloc}\r\n"
                f"Range: bytes={start}-{start + length - 1}\r\n\r\n".encode()
            )
            got = connection.recv_into(buffer, _HEAD_BYTES)
            left = length - (got - bytes(buffer[:got]).index(_HEAD_ENDS) - len(_HEAD_ENDS))
            while left:
                got = connection.recv_into(buffer, min(left, _BUFFER_BYTES))
                if not got:
                    message = f"{url} closed a connection within {path}"
                    raise ConnectionError(message)
                left -= got


def _connect(url: str) -> socket.socket:
    address = urlsplit(url)
    host = address.hostname or ""
    connection = socket.create_connection((host, address.port or 0))
    if address.scheme == "https":
        # The certificate to trust comes from SSL_CERT_FILE.
        return ssl.create_default_context().wrap_socket(connection, server_hostname=host)
    return connection


if __name__ == "__main__":
    main()
