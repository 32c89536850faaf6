"""Begins an analysis: the row of the video says from now on which execution may write to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from . import keys
from .clients import client
from .database import application
from .log import log
from .media import is_video, largest, transcribe_format

_NOT_FOUND = {"404", "NoSuchKey", "NoSuchVersion"}
_SEQUENCER_LENGTH = 64
_NO_VERSION = "null"
"""What S3 itself calls the version of an object in a bucket without versions."""

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
class Upload:
    """An object that was created, as the event tells of it."""

    bucket: str
    key: str
    version: str | None
    """Which one of a bucket with versions; the newest, if the event does not say."""
    size: int
    sequencer: str
    """Padded, so that it compares as text with others of the same key."""

    @classmethod
    def from_event(cls, detail: Mapping[str, Any]) -> "Upload":
        """Read the detail of S3's event "Object Created"."""
        item = detail["object"]
        return cls(
            bucket=detail["bucket"]["name"],
            key=item["key"],
            version=item.get("version-id"),
            size=item["size"],
            sequencer=item["sequencer"].upper().ljust(_SEQUENCER_LENGTH, "0"),
        )


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a look at the object has shown."""

    version: str
    content_type: str = ""
    refusal: str | None = None
    """Why it is not analysed, if so."""


def handler(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Decide whether this execution analyses the upload, and record the decision."""
    upload, execution = Upload.from_event(event["upload"]), event["execution"]
    key = keys.parse(upload.key)
    if key is None:
        return _end(upload, "the key has not the form uploads/{user}/{uuid}/{filename}")
    found = _inspect(upload)
    owner = _claim(upload, key, execution, found)
    if owner != execution:
        return _end(upload, f"the row belongs to {owner}")
    if found.refusal:
        return _end(upload, found.refusal)
    log("Analyse", video_id=str(key.video_id), execution=execution)
    return {
        "decision": "analyse",
        "video_id": str(key.video_id),
        "s3_bucket": upload.bucket,
        "s3_key": upload.key,
        "s3_version_id": found.version,
        "media_format": transcribe_format(found.content_type),
    }


def _inspect(upload: Upload) -> Finding:
    """Look at the object without reading it."""
    version = upload.version or _NO_VERSION
    if upload.size > largest():
        refusal = f"The upload has {upload.size} bytes, more than {largest()}."
        return Finding(version=version, refusal=refusal)
    chosen = {"VersionId": upload.version} if upload.version else {}
    try:
        head = client("s3").head_object(Bucket=upload.bucket, Key=upload.key, **chosen)
    except ClientError as error:
        if error.response["Error"]["Code"] in _NOT_FOUND:
            refusal = "The upload was removed before its analysis began."
            return Finding(version=version, refusal=refusal)
        raise
    content_type = head.get("ContentType", "")
    refusal = f"The upload is of type {content_type!r}, not video/*."
    return Finding(
        version=head.get("VersionId", version),
        content_type=content_type,
        refusal=None if is_video(content_type) else refusal,
    )


def _claim(upload: Upload, key: keys.Key, execution: str, found: Finding) -> str:
    """Write the row if this execution may, and return whose the row is."""
    with application() as database:
        claimed = database.run(
            _CLAIM,
            video_id=key.video_id,
            user_id=key.user,
            s3_key=upload.key,
            s3_version_id=found.version,
            sequencer=upload.sequencer,
            execution=execution,
            status="failed" if found.refusal else "processing",
            reason=found.refusal,
        )
        ((owner,),) = claimed or database.run(_OWNER, video_id=key.video_id)
    return str(owner)


def _end(upload: Upload, reason: str) -> dict[str, Any]:
    log("End", key=upload.key, reason=reason)
    return {"decision": "end", "reason": reason}
