"""An upload that cannot be analysed ends at once, and whoever may ask for it learns why."""

import pytest
from botocore.exceptions import ClientError

from functions.guardian import begin

from .conftest import Claim, Stub
from .events import VIDEO, created
from .rows import Rows


@pytest.mark.parametrize(
    "key",
    [
        "uploads/call.mp4",
        f"uploads/kim/{VIDEO}/",
        f"uploads/kim/{VIDEO}/a/b.mp4",
        "uploads/kim/no-uuid/call.mp4",
        f"uploads/k m/{VIDEO}/call.mp4",
        f"uploads/kim/{str(VIDEO).upper()}/call.mp4",
    ],
)
def test_object_with_another_form_of_key_ends_without_a_row(rows: Rows, key: str) -> None:
    """There is nobody who could ask for its result."""
    answer = begin.handler(created(key=key), None)

    assert answer == {
        "decision": "end",
        "reason": "the key has not the form uploads/{user}/{uuid}/{filename}",
    }
    assert rows.all() == []


@pytest.mark.parametrize("type_", ["application/pdf", "video", "", "videos/mp4"])
def test_upload_of_another_type_is_recorded_as_failed(claim: Claim, rows: Rows, type_: str) -> None:
    """Whoever polls sees why."""
    assert claim(type_=type_)["decision"] == "end"

    row = rows.only()
    assert row["status"] == "failed"
    assert row["reason"] == f"The upload is of type {type_!r}, not video/*."


def test_upload_that_is_too_large_is_recorded_as_failed(rows: Rows) -> None:
    """It is not even looked at."""
    answer = begin.handler(created(size=500_000_001), None)

    assert answer["decision"] == "end"
    assert rows.only()["reason"] == "The upload has 500000001 bytes, more than 500000000."


def test_upload_of_the_largest_size_is_analysed(claim: Claim) -> None:
    """The limit itself is allowed."""
    assert claim(size=500_000_000)["decision"] == "analyse"


def test_upload_that_is_gone_is_recorded_as_failed(rows: Rows, stub: Stub) -> None:
    """Somebody may remove a video right after it came."""
    stub("s3").add_client_error("head_object", "404", http_status_code=404)

    assert begin.handler(created(), None)["decision"] == "end"
    assert rows.only()["reason"] == "The upload was removed before its analysis began."


def test_trouble_of_s3_is_raised(rows: Rows, stub: Stub) -> None:
    """The state machine tries again; nothing is recorded that is not known."""
    stub("s3").add_client_error("head_object", "403", http_status_code=403)

    with pytest.raises(ClientError):
        begin.handler(created(), None)
    assert rows.all() == []


@pytest.mark.parametrize(
    ("type_", "media_format"),
    [
        ("video/mp4", "mp4"),
        ("video/quicktime", "mp4"),
        ("Video/WebM; codecs=vp9", "webm"),
        ("video/ogg", "ogg"),
        ("video/x-msvideo", ""),
    ],
)
def test_transcribe_is_told_the_container(claim: Claim, type_: str, media_format: str) -> None:
    """A video that it cannot read is analysed in its other parts."""
    answer = claim(type_=type_)

    assert (answer["decision"], answer["media_format"]) == ("analyse", media_format)
