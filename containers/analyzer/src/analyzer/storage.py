"""The uploads in S3: which may be read, how one is downloaded, and S3's errors as `Refused`."""

import unicodedata
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import IO, Any

from botocore.exceptions import BotoCoreError, ClientError

from analyzer.failure import Problem, Refused
from analyzer.media import MediaFile, scratch_file
from analyzer.requests import AnalysisRequest
from analyzer.runtime import Deadline
from analyzer.settings import Limits, Settings

_MISSING = {"NoSuchKey", "NoSuchVersion", "NoSuchBucket", "404", "MethodNotAllowed", "405"}
"""The last two are said of a version that is a delete marker."""

_MALFORMED = {"400", "InvalidArgument", "KeyTooLongError"}
"""HEAD has no body and says no more than 400; that is a version id of a wrong form."""

_OUR_CREDENTIALS = {
    *("ExpiredToken", "InvalidAccessKeyId", "InvalidToken"),
    *("RequestTimeTooSkewed", "SignatureDoesNotMatch", "TokenRefreshRequired"),
}


_BLOCK_BYTES = 1 << 20
_ATTEMPTS = 4


@contextmanager
def asking(url: str) -> Iterator[None]:
    """Turn what boto3 raises into `Refused`."""
    try:
        yield
    except ClientError as error:
        raise Refused(*_meaning(error, url)) from error
    except BotoCoreError as error:
        reason = " ".join(str(error).split())
        raise Refused(Problem.UNAVAILABLE, f"S3 cannot be asked for {url}: {reason}") from error


def _meaning(error: ClientError, url: str) -> tuple[Problem, str]:
    code = error.response.get("Error", {}).get("Code", "")
    if code in _MISSING:
        return Problem.NOT_FOUND, f"there is no {url}"
    if code in _OUR_CREDENTIALS:
        return Problem.UNAVAILABLE, f"S3 does not accept the credentials for {url}: {code}"
    if code in _MALFORMED:
        return Problem.BAD_REQUEST, f"S3 takes the request for {url} for malformed"
    if code in ("403", "AccessDenied", "InvalidObjectState"):
        return Problem.FORBIDDEN, f"S3 does not permit to read {url}"
    if code in ("412", "PreconditionFailed"):
        return Problem.UNAVAILABLE, f"{url} was replaced while it was read: ask again"
    return Problem.UNAVAILABLE, f"S3 does not give {url} now: {code}"


class Storage:
    """One bucket's uploads, for reading."""

    def __init__(self, settings: Settings, client: Any, limits: Limits) -> None:  # noqa: ANN401
        self._bucket = settings.bucket
        self._prefix = settings.prefix
        self._client = client
        self._limits = limits

    @contextmanager
    def fetched(self, request: AnalysisRequest, end: Deadline) -> Iterator[MediaFile]:
        """Download an object into a file that is gone when `with` ends."""
        self._permit(request)
        with scratch_file() as file:
            self._download(request, self._head(request), file, end)
            yield MediaFile(descriptor=file.fileno())

    def check_access(self) -> None:
        """Raise `Refused` if the credentials do not open the uploads."""
        with asking(f"s3://{self._bucket}/{self._prefix}"):
            self._client.list_objects_v2(Bucket=self._bucket, Prefix=self._prefix, MaxKeys=1)

    def _permit(self, request: AnalysisRequest) -> None:
        if request.s3_bucket != self._bucket:
            raise Refused(Problem.FORBIDDEN, f"only objects of bucket {self._bucket} are analysed")
        if not request.s3_key.startswith(self._prefix) or ".." in request.s3_key.split("/"):
            raise Refused(Problem.FORBIDDEN, f"only objects below {self._prefix} are analysed")
        if any(unicodedata.category(character) == "Cc" for character in request.s3_key):
            raise Refused(Problem.BAD_REQUEST, "s3_key has control characters")

    def _head(self, request: AnalysisRequest) -> dict[str, Any]:
        with asking(_url(request)):
            head: dict[str, Any] = self._client.head_object(**_object(request))
        size = int(head["ContentLength"])
        if size > self._limits.object_bytes:
            sentence = f"the object has {size} bytes: at most {self._limits.object_bytes}"
            raise Refused(Problem.TOO_LARGE, sentence)
        if not size:
            raise Refused(Problem.UNSUPPORTED_MEDIA, "the object is empty")
        return head

    def _download(
        self, request: AnalysisRequest, head: dict[str, Any], file: IO[bytes], end: Deadline
    ) -> None:
        size = int(head["ContentLength"])
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                with asking(_url(request)):
                    self._read(request, head["ETag"], file, end)
            except Refused as refused:
                # boto3 retries a failed request, but not a body that was cut.
                if refused.problem is not Problem.UNAVAILABLE or attempt == _ATTEMPTS:
                    raise
            if file.tell() == size:
                file.flush()
                return
        raise Refused(Problem.UNAVAILABLE, f"{_url(request)} could not be read to its end")

    def _read(self, request: AnalysisRequest, etag: str, file: IO[bytes], end: Deadline) -> None:
        """Append what is still missing of the object that was looked at, and of no other."""
        rest = {"Range": f"bytes={file.tell()}-"} if file.tell() else {}
        response = self._client.get_object(**_object(request), **rest, IfMatch=etag)
        with closing(response["Body"]) as body:
            for block in body.iter_chunks(_BLOCK_BYTES):
                end.check()
                file.write(block)


def _object(request: AnalysisRequest) -> dict[str, str]:
    where = {"Bucket": request.s3_bucket, "Key": request.s3_key}
    return where | ({"VersionId": request.s3_version_id} if request.s3_version_id else {})


def _url(request: AnalysisRequest) -> str:
    return f"s3://{request.s3_bucket}/{request.s3_key}"
