"""The uploads in S3: which may be read, and how one comes to this machine whole."""

import unicodedata
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import IO, Any

from analyzer.deadline import Deadline
from analyzer.failure import Problem, Refused
from analyzer.media import File, scratch_file
from analyzer.requests import Request
from analyzer.settings import Limits, Settings
from analyzer.storage_errors import asking

_BLOCK_BYTES = 1 << 20
_ATTEMPTS = 4


class Storage:
    """One bucket's uploads, for reading."""

    def __init__(self, settings: Settings, client: Any, limits: Limits) -> None:  # noqa: ANN401
        self._bucket = settings.bucket
        self._prefix = settings.prefix
        self._client = client
        self._limits = limits

    @contextmanager
    def fetched(self, request: Request, end: Deadline) -> Iterator[File]:
        """Bring an object here; its file is gone when `with` ends."""
        self._permit(request)
        with scratch_file() as file:
            self._download(request, self._head(request), file, end)
            yield File(descriptor=file.fileno())

    def prove(self) -> None:
        """Raise `Refused` if the credentials do not open the uploads."""
        with asking(f"s3://{self._bucket}/{self._prefix}"):
            self._client.list_objects_v2(Bucket=self._bucket, Prefix=self._prefix, MaxKeys=1)

    def _permit(self, request: Request) -> None:
        if request.s3_bucket != self._bucket:
            raise Refused(Problem.FORBIDDEN, f"only objects of bucket {self._bucket} are analysed")
        if not request.s3_key.startswith(self._prefix) or ".." in request.s3_key.split("/"):
            raise Refused(Problem.FORBIDDEN, f"only objects below {self._prefix} are analysed")
        if any(unicodedata.category(character) == "Cc" for character in request.s3_key):
            raise Refused(Problem.BAD_REQUEST, "s3_key has control characters")

    def _head(self, request: Request) -> dict[str, Any]:
        with asking(_url(request)):
            head: dict[str, Any] = self._client.head_object(**_place(request))
        size = int(head["ContentLength"])
        if size > self._limits.object_bytes:
            sentence = f"the object has {size} bytes: at most {self._limits.object_bytes}"
            raise Refused(Problem.TOO_LARGE, sentence)
        if not size:
            raise Refused(Problem.UNSUPPORTED_MEDIA, "the object is empty")
        return head

    def _download(
        self, request: Request, head: dict[str, Any], file: IO[bytes], end: Deadline
    ) -> None:
        size = int(head["ContentLength"])
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                with asking(_url(request)):
                    self._read(request, head["ETag"], file, end)
            except Refused as refused:
                # boto3 asks again when a request fails, but not when a body is cut.
                if refused.problem is not Problem.UNAVAILABLE or attempt == _ATTEMPTS:
                    raise
            if file.tell() == size:
                file.flush()
                return
        raise Refused(Problem.UNAVAILABLE, f"{_url(request)} could not be read to its end")

    def _read(self, request: Request, etag: str, file: IO[bytes], end: Deadline) -> None:
        """Append what is still missing of the object that was looked at, and of no other."""
        rest = {"Range": f"bytes={file.tell()}-"} if file.tell() else {}
        answer = self._client.get_object(**_place(request), **rest, IfMatch=etag)
        with closing(answer["Body"]) as body:
            for block in body.iter_chunks(_BLOCK_BYTES):
                end.check()
                file.write(block)


def _place(request: Request) -> dict[str, str]:
    place = {"Bucket": request.s3_bucket, "Key": request.s3_key}
    return place | ({"VersionId": request.s3_version_id} if request.s3_version_id else {})


def _url(request: Request) -> str:
    return f"s3://{request.s3_bucket}/{request.s3_key}"
