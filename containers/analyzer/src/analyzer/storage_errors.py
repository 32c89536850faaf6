"""What S3 and boto3 say when they refuse, as one sentence."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from analyzer.failure import Problem, Refused

_MISSING = {"NoSuchKey", "NoSuchVersion", "NoSuchBucket", "404", "MethodNotAllowed", "405"}
"""The last two are said of a version that is a delete marker."""

_MALFORMED = {"400", "InvalidArgument", "KeyTooLongError"}
"""HEAD has no body and says no more than 400; that is a version id of a wrong form."""

_OUR_CREDENTIALS = {
    *("ExpiredToken", "InvalidAccessKeyId", "InvalidToken"),
    *("RequestTimeTooSkewed", "SignatureDoesNotMatch", "TokenRefreshRequired"),
}


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
