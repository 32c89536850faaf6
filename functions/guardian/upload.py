"""`POST /uploads`: a presigned URL to upload one video to."""

import os
import re
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from .http import BadRequest, error_response, json_body, response
from .media import LONGEST_FILENAME, USER, UploadKey, is_video, largest, plain
from .runtime import client

_UNSAFE = re.compile(r"[^\w.-]+")
_TYPE = re.compile(r"[a-z0-9.+-]+/[a-z0-9.+-]+")


def handler(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Return the id of the video, and the URL and headers of the PUT request."""
    try:
        body = json_body(event)
        key = UploadKey(user=_user(body), video_id=uuid4(), filename=_filename(body))
        content_type, size = _content_type(body), _size(body)
    except BadRequest as error:
        return error_response(400, str(error))
    seconds = int(os.environ["URL_SECONDS"])
    url = client("s3").generate_presigned_url(
        "put_object",
        # Type and length are signed: S3 refuses another type, and more bytes than were declared.
        Params={
            "Bucket": os.environ["UPLOADS"],
            "Key": str(key),
            "ContentType": content_type,
            "ContentLength": size,
        },
        ExpiresIn=seconds,
    )
    return response(
        201,
        {
            "video_id": str(key.video_id),
            "url": url,
            "method": "PUT",
            "headers": {"Content-Type": content_type, "Content-Length": str(size)},
            "expires_in": seconds,
        },
    )


def _user(body: Mapping[str, Any]) -> str:
    user = body.get("user")
    if not isinstance(user, str) or not USER.fullmatch(user):
        message = "user must have 1 to 64 letters, digits and the signs _ . @ : -."
        raise BadRequest(message)
    return user


def _filename(body: Mapping[str, Any]) -> str:
    """Return the name without characters that need escaping, cut at its start."""
    name = body.get("filename")
    safe = _UNSAFE.sub("_", name).strip(".") if isinstance(name, str) else ""
    if not safe:
        message = "filename must be the name of the video."
        raise BadRequest(message)
    return safe[-LONGEST_FILENAME:]


def _content_type(body: Mapping[str, Any]) -> str:
    found = body.get("content_type")
    content_type = plain(found) if isinstance(found, str) else ""
    if not is_video(content_type) or not _TYPE.fullmatch(content_type):
        message = "content_type must be a type of video, as video/mp4."
        raise BadRequest(message)
    return content_type


def _size(body: Mapping[str, Any]) -> int:
    size = body.get("size")
    if isinstance(size, bool) or not isinstance(size, int) or not 0 < size <= largest():
        message = f"size must be the number of bytes, from 1 to {largest()}."
        raise BadRequest(message)
    return size
