"""Events as S3 tells EventBridge of an object, and the parts of an analysis."""

from typing import Any
from uuid import UUID

VIDEO = UUID("6f1d0f3e-54cf-4d0a-9c5b-0a4c29f0c3aa")
KEY = f"uploads/kim/{VIDEO}/call.mp4"
SCORING = '{"weights": {"audio": 0.3, "video": 0.3, "context": 0.4}, "low": 30, "medium": 60}'


def created(
    execution: str = "first",
    *,
    key: str = KEY,
    size: int = 1000,
    sequencer: str = "0062E99A88DC407460",
    version: str | None = "v1",
) -> dict[str, Any]:
    """Return what the state machine hands to Begin."""
    item = {"key": key, "size": size, "sequencer": sequencer, "etag": "e"}
    if version:
        item["version-id"] = version
    return {
        "upload": {"bucket": {"name": "uploads-bucket"}, "object": item},
        "execution": execution,
    }


def success(score: float, field: str, **more: Any) -> dict[str, Any]:
    """Return the answer of a part that succeeded."""
    return {"status": "success", field: score, **more}


def failure(error: str, **cause: str) -> dict[str, Any]:
    """Return what a branch makes of an error that it caught."""
    return {"status": "failed", "failure": {"Error": error, **cause}}


def finished(execution: str = "first", /, **parts: Any) -> dict[str, Any]:
    """Return what the state machine hands to Save."""
    return {
        "video_id": str(VIDEO),
        "execution": execution,
        "audio": success(0.2, "deepfake_probability"),
        "video": success(0.4, "manipulation_probability"),
        "context": success(0.9, "scam_probability"),
        **parts,
    }
