"""Signs the URL of an object for a limited time (AWS signature version 4, in the query)."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlsplit

_ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """Who asks; the token is empty for those who need none."""

    key_id: str
    secret: str
    token: str


def presigned(
    url: str,
    query: Mapping[str, str],
    *,
    credentials: Credentials,
    region: str,
    now: datetime,
    seconds: int,
) -> str:
    """Return the URL by which anybody may read the object from now (UTC) on, so many seconds.

    https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
    """
    parts = urlsplit(url)
    stamp = f"{now:%Y%m%dT%H%M%SZ}"
    scope = (stamp[:8], region, "s3", "aws4_request")
    fields = {
        **query,
        "X-Amz-Algorithm": _ALGORITHM,
        "X-Amz-Credential": "/".join((credentials.key_id, *scope)),
        "X-Amz-Date": stamp,
        "X-Amz-Expires": str(seconds),
        "X-Amz-SignedHeaders": "host",
    }
    if credentials.token:
        fields["X-Amz-Security-Token"] = credentials.token
    signed = "&".join(f"{quote(name, '')}={quote(fields[name], '')}" for name in sorted(fields))
    host = f"host:{parts.netloc}"
    request = f"GET\n{parts.path}\n{signed}\n{host}\n\nhost\nUNSIGNED-PAYLOAD"
    digest = hashlib.sha256(request.encode()).hexdigest()
    key = f"AWS4{credentials.secret}".encode()
    for word in (*scope, "\n".join((_ALGORITHM, stamp, "/".join(scope), digest))):
        key = hmac.digest(key, word.encode(), "sha256")
    return f"{url}?{signed}&X-Amz-Signature={key.hex()}"
