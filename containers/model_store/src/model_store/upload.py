"""Uploads one file to S3, which checks the SHA-256 of every part."""

import base64
import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from botocore import exceptions

from model_store.content import Range, ranges
from model_store.failure import ExitCode, Failure
from model_store.manifest import ManifestFile
from model_store.parallel import each
from model_store.s3 import status

THREADS = 8
"""Each holds one part, so they need that many times the size of a part in memory."""

_MOST_PARTS = 10_000
"""https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html; at least 5 MiB each."""

UNVERSIONED = "null"
"""S3's name for the version of an object that was stored without versioning."""

_ATTEMPTS = 3
_CONFLICT = 409
_PRECONDITION_FAILED = 412


def put(client: Any, request: Mapping[str, Any], *, attempts: int = _ATTEMPTS) -> bool:  # noqa: ANN401 - untyped
    """Put an object under the request's condition; say whether it held."""
    try:
        client.put_object(**request)
    except exceptions.ClientError as error:
        if status(error) == _PRECONDITION_FAILED:
            return False
        # Two writers at once: S3 wants the request again, and then knows which was first.
        if status(error) == _CONFLICT and attempts > 1:
            return put(client, request, attempts=attempts - 1)
        raise
    return True


def checksum(parts: Sequence[str], whole: str) -> str:
    """Return S3's SHA-256 of an object that was uploaded in these parts (hexadecimal text).

    Of several parts it is the hash of their hashes and their number:
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
    """
    if len(parts) <= 1:
        return _base64(whole)
    composite = hashlib.sha256(b"".join(bytes.fromhex(part) for part in parts))
    return f"{_base64(composite.hexdigest())}-{len(parts)}"


@dataclass(frozen=True, kw_only=True)
class FileUpload:
    """What is needed to upload one file; small ones go whole, the others in parts at once."""

    client: Any
    bucket: str
    key: str
    file: ManifestFile
    local: Path
    part_bytes: int
    sent: Callable[[int], object]

    def run(self) -> ManifestFile:
        if len(self.file.parts) > _MOST_PARTS:
            message = (
                f"{self.local} has {len(self.file.parts):,} parts of {self.part_bytes:,} bytes, "
                f"and S3 takes {_MOST_PARTS:,}: cut it into several files"
            )
            raise Failure(ExitCode.ARGUMENTS, message)
        try:
            opened = self.local.open("rb")
        except FileNotFoundError as error:
            raise self._changed() from error
        with opened:
            response = self._send(opened.fileno())
        version_id = response.get("VersionId", UNVERSIONED)
        return replace(self.file, etag=response["ETag"], version_id=version_id)

    @property
    def _object(self) -> dict[str, str]:
        return {"Bucket": self.bucket, "Key": self.key}

    def _send(self, descriptor: int) -> Any:  # noqa: ANN401 - botocore ships no types
        if os.fstat(descriptor).st_size != self.file.size:
            raise self._changed()
        parts = list(ranges(self.file.size, self.part_bytes, self.file.parts))
        if len(parts) > 1:
            return self._send_parts(descriptor, parts)
        [only] = parts or [Range(offset=0, size=0, sha256=self.file.sha256)]
        response = self.client.put_object(
            **self._object,
            Body=self._read(descriptor, only),
            ChecksumSHA256=_base64(only.sha256),
        )
        self.sent(only.size)
        return response

    def _send_parts(self, descriptor: int, parts: Sequence[Range]) -> Any:  # noqa: ANN401 - untyped
        upload = self.client.create_multipart_upload(**self._object, ChecksumAlgorithm="SHA256")
        target = {**self._object, "UploadId": upload["UploadId"]}

        def send(number: int, part: Range) -> dict[str, Any]:
            name = {"PartNumber": number, "ChecksumSHA256": _base64(part.sha256)}
            content = self._read(descriptor, part)
            response = self.client.upload_part(**target, **name, Body=content)
            self.sent(part.size)
            return {**name, "ETag": response["ETag"]}

        try:
            sent = each(
                lambda numbered: send(*numbered),
                enumerate(parts, start=1),
                threads=THREADS,
                wait=lambda: self.sent(0),
            )
            return self.client.complete_multipart_upload(
                **target, MultipartUpload={"Parts": sent}, MpuObjectSize=self.file.size
            )
        except BaseException:
            # What cannot be removed now, the bucket's own rule removes later.
            with suppress(exceptions.ClientError, exceptions.BotoCoreError):
                self.client.abort_multipart_upload(**target)
            raise

    def _read(self, descriptor: int, part: Range) -> bytes:
        content = os.pread(descriptor, part.size, part.offset)
        if hashlib.sha256(content).hexdigest() != part.sha256:
            raise self._changed()
        return content

    def _changed(self) -> Failure:
        return Failure(
            ExitCode.DAMAGED,
            f"{self.local} changed while it was uploaded: leave it alone and try again",
        )


def _base64(sha256: str) -> str:
    return base64.b64encode(bytes.fromhex(sha256)).decode()
