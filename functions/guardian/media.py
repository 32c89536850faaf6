"""What may be uploaded, and which of it Transcribe reads."""

import os

_FORMATS = {
    "video/mp4": "mp4",
    "video/x-m4v": "mp4",
    # QuickTime is the container that MP4 was made from. Transcribe does not promise to read it; if
    # it cannot, it says so, and the part is stored as failed with its words.
    "video/quicktime": "mp4",
    "video/webm": "webm",
    "video/ogg": "ogg",
}


def largest() -> int:
    """Return how many bytes an upload may have."""
    return int(os.environ["LARGEST_UPLOAD"])


def plain(content_type: str) -> str:
    """Return a content type without its parameters."""
    return content_type.partition(";")[0].strip().lower()


def is_video(content_type: str) -> bool:
    """Whether the type says that it is a video."""
    kind, slash, subtype = plain(content_type).partition("/")
    return kind == "video" and bool(slash) and bool(subtype)


def transcribe_format(content_type: str) -> str:
    """Return Transcribe's name of the container, empty if it reads none such."""
    return _FORMATS.get(plain(content_type), "")
