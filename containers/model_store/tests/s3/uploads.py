"""Multipart uploads: parts that become one object when the client says which and in what order."""

import base64
import hashlib
import os
import secrets
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from xml.etree import ElementTree as ET

from containers.model_store.tests.s3.answers import Refusal
from containers.model_store.tests.s3.objects import Objects, Stored
from containers.model_store.tests.s3.receiving import receive
from containers.model_store.tests.s3.wire import Request

_SHA256 = "x-amz-checksum-sha256"


@dataclass(frozen=True)
class Part:
    """One part as it was received."""

    path: Path
    etag: str
    checksums: dict[str, str]


@dataclass(frozen=True)
class _Upload:
    about: dict[str, str]
    parts: dict[int, Part] = field(default_factory=dict)


class Uploads:
    """The multipart uploads in progress; those of an earlier run of the server are unknown."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._uploads: dict[tuple[str, str], _Upload] = {}

    def begin(self, key: str, about: dict[str, str]) -> str:
        upload = secrets.token_hex(16)
        self._uploads[key, upload] = _Upload(about)
        return upload

    def receive(self, request: Request) -> Part:
        """Store one part; sent twice, the later one counts."""
        upload = self._find(request)
        path = self._objects.staging()
        checksums = receive(request, path)
        part = Part(path, f'"{secrets.token_hex(16)}"', checksums)
        upload.parts[int(request.query["partNumber"])] = part
        return part

    def complete(self, request: Request) -> Stored:
        """Join the parts that the client lists and publish the object."""
        upload = self._find(request)
        parts = [_listed(upload, entry) for entry in _entries(request.body.read())]
        joined = self._objects.staging()
        with joined.open("wb") as target:
            for part in parts:
                _append(target.fileno(), part.path)
        about = {**upload.about, **_composite(parts)}
        stored = self._objects.publish(
            request.key,
            joined,
            about,
            if_match=request.headers.get("if-match", ""),
            if_none_match=request.headers.get("if-none-match", ""),
        )
        self.abort(request)
        return stored

    def abort(self, request: Request) -> None:
        upload = self._find(request)
        del self._uploads[request.key, request.query["uploadId"]]
        for part in upload.parts.values():
            part.path.unlink()

    def _find(self, request: Request) -> _Upload:
        try:
            return self._uploads[request.key, request.query["uploadId"]]
        except KeyError:
            message = "The specified multipart upload does not exist."
            raise Refusal(HTTPStatus.NOT_FOUND, "NoSuchUpload", message) from None


def _entries(body: bytes) -> list[dict[str, str]]:
    try:
        root = ET.fromstring(body)  # noqa: S314 (written by the client under test)
    except ET.ParseError:
        message = "The XML you provided was not well-formed."
        raise Refusal(HTTPStatus.BAD_REQUEST, "MalformedXML", message) from None
    return [{child.tag.rpartition("}")[2]: child.text or "" for child in part} for part in root]


def _listed(upload: _Upload, entry: dict[str, str]) -> Part:
    part = upload.parts.get(int(entry["PartNumber"]))
    checksum = entry.get("ChecksumSHA256")
    if (
        part is None
        or part.etag.strip('"') != entry["ETag"].strip('"')
        or checksum not in (None, part.checksums.get(_SHA256))
    ):
        message = f"Part {entry['PartNumber']} was not uploaded, or its ETag or checksum differs."
        raise Refusal(HTTPStatus.BAD_REQUEST, "InvalidPart", message)
    return part


def _composite(parts: list[Part]) -> dict[str, str]:
    """Give S3's checksum of checksums, when each part has one."""
    if not all(_SHA256 in part.checksums for part in parts):
        return {}
    digests = b"".join(base64.b64decode(part.checksums[_SHA256]) for part in parts)
    whole = base64.b64encode(hashlib.sha256(digests).digest()).decode()
    return {_SHA256: f"{whole}-{len(parts)}"}


def _append(target: int, path: Path) -> None:
    with path.open("rb") as source:
        while os.sendfile(target, source.fileno(), None, 1 << 30):
            pass
