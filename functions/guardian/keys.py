"""The name of an upload in the bucket: `uploads/{user}/{uuid}/{filename}`."""

import re
from dataclasses import dataclass
from uuid import UUID

USER = re.compile(r"[A-Za-z0-9_.@-]{1,64}")
LONGEST_FILENAME = 128

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, kw_only=True)
class Key:
    """The parts of a key; the uuid is the id of the video."""

    user: str
    video_id: UUID
    filename: str

    def __str__(self) -> str:
        return f"uploads/{self.user}/{self.video_id}/{self.filename}"


def parse(key: str) -> Key | None:
    """Take a key apart, or return nothing if it has not the form that the API gives it."""
    match key.split("/"):
        case ["uploads", user, uuid, filename] if (
            USER.fullmatch(user) and _UUID.fullmatch(uuid) and filename
        ):
            return Key(user=user, video_id=UUID(uuid), filename=filename)
    return None
