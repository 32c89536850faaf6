"""Bodies that come in: stored while their checksums are computed."""

import base64
import hashlib
import zlib
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Protocol

from containers.model_store.tests.s3.answers import Refusal
from containers.model_store.tests.s3.wire import Request

_STEP = 1 << 20


class _Digest(Protocol):
    def update(self, data: bytes, /) -> None: ...

    def digest(self) -> bytes: ...


class _Crc32:
    """CRC-32 with the interface of hashlib."""

    def __init__(self) -> None:
        self._value = 0

    def update(self, data: bytes, /) -> None:
        self._value = zlib.crc32(data, self._value)

    def digest(self) -> bytes:
        return self._value.to_bytes(4, "big")


_CHECKED: dict[str, Callable[[], _Digest]] = {
    "x-amz-checksum-sha256": hashlib.sha256,
    "x-amz-checksum-sha1": hashlib.sha1,
    "x-amz-checksum-crc32": _Crc32,
    "content-md5": hashlib.md5,
}
_UNCHECKED = ("x-amz-checksum-crc32c", "x-amz-checksum-crc64nvme")
"""Kept as the client says: the standard library cannot compute them."""


def receive(request: Request, target: Path) -> dict[str, str]:
    """Store the body; give its checksum headers, or refuse one that does not hold."""
    announced = {*request.headers, request.headers.get("x-amz-trailer", "").lower()}
    digests = {name: make() for name, make in _CHECKED.items() if name in announced}
    with target.open("wb") as file:
        while piece := request.body.read(_STEP):
            file.write(piece)
            for digest in digests.values():
                digest.update(piece)
    said = {**request.headers, **request.trailers()}
    for name, digest in digests.items():
        if base64.b64encode(digest.digest()).decode() != said.get(name):
            target.unlink()
            message = f"The {name} you specified did not match what we received."
            raise Refusal(HTTPStatus.BAD_REQUEST, "BadDigest", message)
    return {
        name: said[name]
        for name in (*digests, *_UNCHECKED)
        if name in said and name != "content-md5"
    }
