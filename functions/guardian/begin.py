"""Begins an analysis: claims the row of the video for this execution."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from .database import application
from .media import UploadKey, is_video, largest, parse_key, transcribe_format
from .runtime import client, log

_NOT_FOUND = {"404", "NoSuchKey", "NoSuchVersion"}
_SEQUENCER_LENGTH = 64
_NO_VERSION = "null"
"""S3's version id of an object in a bucket without versions."""

# One statement, so that of two executions at once the database lets one through. A row gives way
# only to a newer event of the same object.
_CLAIM = """
INSERT INTO analysis_results
    (video_id, user_id, s3_key, s3_version_id, sequencer, execution, status, reason)
VALUES
    (:video_id, :user_id, :s3_key, :s3_version_id, :sequencer, :execution, :status, :reason)
ON CONFLICT (video_id) DO UPDATE SET
    s3_version_id = excluded.s3_version_id,
    sequencer = excluded.sequencer,
    execution = excluded.execution,
    status = excluded.status,
    reason = excluded.reason,
    audio = NULL, video = NULL, context = NULL, final_score = NULL, band = NULL,
    updated_at = now()
WHERE analysis_results.s3_key = excluded.s3_key
  AND analysis_results.sequencer < excluded.sequencer
RETURNING execution
"""
_OWNER = "SELECT execution FROM analysis_results WHERE video_id = :video_id"


@dataclass(frozen=True, kw_only=True)
class CreatedObject:
    """The object of an event "Object Created"."""

    bucket: str
    key: str
    version: str | None
    """Version id, in a bucket with versions; the newest, if the event has none."""
    size: int
    sequencer: str
    """Padded, so that it compares as text with others of the same key."""

    @classmethod
    def from_event(cls, detail: Mapping[str, Any]) -> "CreatedObject":
        """Read the detail of the event."""
        item = detail["object"]
        return cls(
            bucket=detail["bucket"]["name"],
            key=item["key"],
            version=item.get("version-id"),
            size=item["size"],
            sequencer=item["sequencer"].upper().ljust(_SEQUENCER_LENGTH, "0"),
        )


@dataclass(frozen=True, kw_only=True)
class ObjectCheck:
    """The result of HeadObject."""

    version: str
    content_type: str = ""
    rejection: str | None = None
    """Why it is not analysed, if so."""


def handler(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Decide whether this execution analyses the upload, and record the decision."""
    upload, execution = CreatedObject.from_event(event["upload"]), event["execution"]
    key = parse_key(upload.key)
    if key is None:
        return _end(upload, "the key has not the form uploads/{user}/{uuid}/{filename}")
    found = _check(upload)
    owner = _claim(upload, key, execution, found)
    if owner != execution:
        return _end(upload, f"the row belongs to {owner}")
    if found.rejection:
        return _end(upload, found.rejection)
    log("Analyse", video_id=str(key.video_id), execution=execution)
    return {
        "decision": "analyse",
        "video_id": str(key.video_id),
        "s3_bucket": upload.bucket,
        "s3_key": upload.key,
        "s3_version_id": found.version,
        "media_format": transcribe_format(found.content_type),
    }


def _check(upload: CreatedObject) -> ObjectCheck:
    """Check size and content type without reading the object."""
    version = upload.version or _NO_VERSION
    if upload.size > largest():
        rejection = f"The upload has {upload.size} bytes, more than {largest()}."
        return ObjectCheck(version=version, rejection=rejection)
    chosen = {"VersionId": upload.version} if upload.version else {}
    try:
        head = client("s3").head_object(Bucket=upload.bucket, Key=upload.key, **chosen)
    except ClientError as error:
        if error.response["Error"]["Code"] in _NOT_FOUND:
            rejection = "The upload was removed before its analysis began."
            return ObjectCheck(version=version, rejection=rejection)
        raise
    content_type = head.get("ContentType", "")
    rejection = f"The upload is of type {content_type!r}, not video/*."
    return ObjectCheck(
        version=head.get("VersionId", version),
        content_type=content_type,
        rejection=None if is_video(content_type) else rejection,
    )


def _claim(upload: CreatedObject, key: UploadKey, execution: str, found: ObjectCheck) -> str:
    """Write the row if this execution may; return the execution that owns it."""
    with application() as database:
        claimed = database.run(
            _CLAIM,
            video_id=key.video_id,
            user_id=key.user,
            s3_key=upload.key,
            s3_version_id=found.version,
            sequencer=upload.sequencer,
            execution=execution,
            status="failed" if found.rejection else "processing",
            reason=found.rejection,
        )
        ((owner,),) = claimed or database.run(_OWNER, video_id=key.video_id)
    return str(owner)


def _end(upload: CreatedObject, reason: str) -> dict[str, Any]:
    log("End", key=upload.key, reason=reason)
    return {"decision": "end", "reason": reason}
