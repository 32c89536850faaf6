"""Polling shows how far an analysis is, its parts, and a score only where there is one."""

import json
from typing import Any

import pytest

from functions.guardian import result, save

from .events import SCORING, VIDEO, finished
from .rows import Rows
from .test_save import LOST, claim


def get(video_id: str = str(VIDEO)) -> tuple[int, dict[str, Any]]:
    answer = result.handler({"pathParameters": {"video_id": video_id}}, None)
    assert answer["headers"]["cache-control"] == "no-store"
    return answer["statusCode"], json.loads(answer["body"])


def test_analysis_that_goes_on_is_processing(rows: Rows) -> None:
    """With nothing that could be taken for a result."""
    claim("first")
    row = rows.only()

    assert get() == (
        200,
        {
            "video_id": str(VIDEO),
            "status": "processing",
            "created_at": row["created_at"].isoformat(),
            "updated_at": row["updated_at"].isoformat(),
        },
    )


def test_complete_analysis_is_shown_with_parts_score_and_band(
    rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each part as its analyser answered."""
    monkeypatch.setenv("SCORING", SCORING)
    claim("first")
    save.handler(finished(), None)

    status, shown = get()

    assert status == 200
    assert (shown["status"], shown["final_score"], shown["band"]) == ("completed", 54, "medium")
    assert shown["context"] == rows.only()["context"]
    assert "reason" not in shown


@pytest.mark.usefixtures("rows")
def test_failed_analysis_is_shown_as_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not as a middle score."""
    monkeypatch.setenv("SCORING", SCORING)
    claim("first")
    save.handler(finished(**LOST), None)

    _, shown = get()

    assert (shown["status"], shown["reason"]) == ("failed", "No part could be judged.")
    assert "final_score" not in shown
    assert shown["audio"]["reason"] == "The video has no sound."


@pytest.mark.usefixtures("rows")
def test_unknown_video_is_not_found() -> None:
    """It may be on its way still."""
    assert get() == (404, {"message": "No upload with this video_id has arrived."})


@pytest.mark.parametrize("video_id", ["1", "", "' OR true --"])
def test_id_that_is_no_uuid_is_refused(video_id: str) -> None:
    """Before the database is asked."""
    assert get(video_id) == (
        400,
        {"message": "video_id must be a UUID, as POST /uploads returned it."},
    )
