"""Who may ask: keys, regions and the term of presigned URLs; signatures are not computed."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from http import HTTPStatus

from containers.model_store.tests.s3.answers import Refusal
from containers.model_store.tests.s3.wire import Request

_CREDENTIAL = re.compile(r"Credential=([^/]+)/\d{8}/([^/]+)/s3/aws4_request")


@dataclass(kw_only=True)
class Access:
    """What a request must carry; None means that anything is right."""

    access_key: str | None = None
    region: str | None = None
    presigned_seconds: float | None = None
    """How long a presigned URL is good at most: it ends with the credentials behind it."""

    def check(self, request: Request) -> None:
        """Refuse as S3 does what may not come in."""
        signed = request.headers.get("authorization", "")
        if "X-Amz-Credential" in request.query:
            signed = "Credential=" + request.query["X-Amz-Credential"]
        found = _CREDENTIAL.search(signed)
        key, region = found.groups() if found else (None, None)
        if self.access_key and key is None:
            raise Refusal(HTTPStatus.FORBIDDEN, "AccessDenied", "Access Denied")
        if self.access_key and key != self.access_key:
            message = "The AWS Access Key Id you provided does not exist in our records."
            raise Refusal(HTTPStatus.FORBIDDEN, "InvalidAccessKeyId", message)
        if self.region and region and region != self.region:
            raise moved(self.region)
        self._check_term(request.query)

    def _check_term(self, query: dict[str, str]) -> None:
        if "X-Amz-Expires" not in query:
            return
        date = datetime.strptime(query["X-Amz-Date"] + "+0000", "%Y%m%dT%H%M%SZ%z")
        seconds = float(query["X-Amz-Expires"])
        if self.presigned_seconds is not None:
            seconds = min(seconds, self.presigned_seconds)
        if date + timedelta(seconds=seconds) < datetime.now(timezone.utc):
            raise Refusal(HTTPStatus.FORBIDDEN, "AccessDenied", "Request has expired")


def moved(region: str) -> Refusal:
    """Say as S3 does that the bucket lies in another region."""
    return Refusal(
        HTTPStatus.MOVED_PERMANENTLY,
        "PermanentRedirect",
        "The bucket you are attempting to access must be addressed using the specified endpoint.",
        {"x-amz-bucket-region": region},
    )
