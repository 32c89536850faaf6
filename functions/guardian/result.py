"""`GET /analyses/{video_id}`: how far the analysis of a video is, and what it found."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from .database import application
from .http import error_response, response

_COLUMNS = (
    "video_id",
    "status",
    "reason",
    "final_score",
    "band",
    "audio",
    "video",
    "context",
    "created_at",
    "updated_at",
)
_READ = f"SELECT {', '.join(_COLUMNS)} FROM analysis_results WHERE video_id = :video_id"  # noqa: S608 - the columns stand above


def handler(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Return the row without its empty columns; a failed part has its reason."""
    try:
        video_id = UUID(event["pathParameters"]["video_id"])
    except ValueError:
        return error_response(400, "video_id must be a UUID, as POST /uploads returned it.")
    with application() as database:
        rows = database.run(_READ, video_id=video_id)
    if not rows:
        return error_response(404, "No upload with this video_id has arrived.")
    known = dict(zip(_COLUMNS, rows[0], strict=True))
    times = {name: known.pop(name).isoformat() for name in ("created_at", "updated_at")}
    found = {name: value for name, value in known.items() if value is not None}
    return response(200, {**found, **times, "video_id": str(video_id)})
