"""What a server means by an answer that is not the range that was asked for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from model_store.failure import ExitCode, Failure

_CODE = re.compile(r"<Code>(\w{1,100})</Code>")
_REGION = re.compile(r"<Region>([\w-]{1,100})</Region>")
_BUSY = (408, 429)
_EXPIRED = ("ExpiredToken", "TokenRefreshRequired")
_ELSEWHERE = (301, 302, 307, 308, 400)

_FINAL = {
    200: (ExitCode.UNAVAILABLE, "the server answers a range of {} with the whole: is it a proxy?"),
    401: (ExitCode.NOT_PERMITTED, "not permitted to read {}"),
    403: (ExitCode.NOT_PERMITTED, "not permitted to read {}"),
    404: (ExitCode.NOT_FOUND, "{} is no longer in the bucket: publish it again"),
    # What a version answers that is only the mark of a deletion.
    405: (ExitCode.NOT_FOUND, "{} is no longer in the bucket: publish it again"),
    412: (ExitCode.REPLACED, "{} was replaced after this version was published: publish it again"),
    416: (ExitCode.DAMAGED, "{} in the bucket is shorter than in this version: publish it again"),
}
"""What cannot get better by asking again, by HTTP status."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The head of an answer; names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]

    @classmethod
    def of(cls, head: bytes) -> "Answer":
        """Read the lines of a head; raise `ValueError` if it is not HTTP."""
        first, *lines = head.decode("latin-1").split("\r\n")
        protocol, _, status = first.partition(" ")
        if not protocol.startswith("HTTP/1."):
            message = f"the server does not speak HTTP, but says {first[:80]!r}"
            raise ValueError(message)
        fields = (line.partition(":") for line in lines)
        headers = {name.lower(): value.strip() for name, _, value in fields}
        return cls(status=int(status[:3]), headers=headers)

    @property
    def length(self) -> int | None:
        """Bytes of the body, where the server says so."""
        said = self.headers.get("content-length", "")
        return int(said) if said.isdecimal() else None


class TroubleError(Exception):
    """Something that may go away: the same request is worth repeating."""

    def __init__(self, code: ExitCode, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class ExpiredError(Exception):
    """The permission in the URL has run out."""


def judge(name: str, answer: Answer, body: str) -> Exception:
    """Return what to raise for an answer other than 206 to a request for a range of an object.

    https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
    """
    status, code = answer.status, _first(_CODE, body)
    said = f"{status} {code}".rstrip()
    if status >= 500 or status in _BUSY or code == "RequestTimeout":  # noqa: PLR2004 -- HTTP's own
        return TroubleError(ExitCode.UNAVAILABLE, f"the server answered {said}")
    # An expired session is a 400, an expired signature a 403 AccessDenied like any other.
    if code in _EXPIRED or "Request has expired" in body:
        return ExpiredError()
    region = answer.headers.get("x-amz-bucket-region") or _first(_REGION, body)
    if region and status in _ELSEWHERE:
        sentence = f"the bucket lies in {region}, not where it was asked for"
        return Failure(ExitCode.UNAVAILABLE, f"{sentence}: set AWS_REGION={region}")
    exit_code, sentence = _FINAL.get(
        status, (ExitCode.UNAVAILABLE, "the server refuses to send {}")
    )
    return Failure(exit_code, f"{sentence.format(name)} ({said})")


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found.group(1) if found else ""
