"""The object of an upload: its key, its largest size and its content type."""

import os
import re
from dataclasses import dataclass
from uuid import UUID

USER = re.compile(r"[A-Za-z0-9_.@:-]{1,64}")
"""A colon is in each identity id of Cognito: `ap-northeast-2:` and a UUID."""
LONGEST_FILENAME = 128

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_FORMATS = {
    "video/mp4": "mp4",
    "video/x-m4v": "mp4",
    # QuickTime is the container that MP4 was made from. Transcribe does not document it: if it
    # fails, the part is stored as failed, with its FailureReason.
    "video/quicktime": "mp4",
    "video/webm": "webm",
    "video/ogg": "ogg",
}


@dataclass(frozen=True, kw_only=True)
class UploadKey:
    """`uploads/{user}/{video_id}/{filename}`."""

    user: str
    video_id: UUID
    filename: str

    def __str__(self) -> str:
        return f"uploads/{self.user}/{self.video_id}/{self.filename}"


def parse_key(key: str) -> UploadKey | None:
    """Return None for a key that the API has not made."""
    match key.split("/"):
        case ["uploads", user, uuid, filename] if (
            USER.fullmatch(user) and _UUID.fullmatch(uuid) and filename
        ):
            return UploadKey(user=user, video_id=UUID(uuid), filename=filename)
    return None


def largest() -> int:
    """Return the largest size of an upload in bytes."""
    return int(os.environ["LARGEST_UPLOAD"])


def plain(content_type: str) -> str:
    """Return a content type without its parameters."""
    return content_type.partition(";")[0].strip().lower()


def is_video(content_type: str) -> bool:
    kind, slash, subtype = plain(content_type).partition("/")
    return kind == "video" and bool(slash) and bool(subtype)


def transcribe_format(content_type: str) -> str:
    """Return Transcribe's MediaFormat, empty if it does not support the type."""
    return _FORMATS.get(plain(content_type), "")
