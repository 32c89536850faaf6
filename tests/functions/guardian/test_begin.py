"""The first execution of an upload claims its row; all others end without harm."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from functions.guardian import begin
from functions.guardian.media import parse_key

from .conftest import Claim, Stub
from .events import KEY, VIDEO, created
from .rows import Rows

FOUND = begin.ObjectCheck(version="v1", content_type="video/mp4")


def test_upload_is_claimed_and_described(claim: Claim, rows: Rows) -> None:
    """The analysers get the very version that was uploaded."""
    assert claim() == {
        "decision": "analyse",
        "video_id": str(VIDEO),
        "s3_bucket": "uploads-bucket",
        "s3_key": KEY,
        "s3_version_id": "v1",
        "media_format": "mp4",
    }
    row = rows.only()
    assert (row["status"], row["user_id"], row["execution"]) == ("processing", "kim", "first")
    assert row["final_score"] is None


def test_object_without_version_has_the_version_that_s3_calls_null(claim: Claim) -> None:
    """It can be asked for like any other."""
    assert claim(version=None)["s3_version_id"] == "null"


def test_event_without_version_means_the_newest(rows: Rows, stub: Stub) -> None:
    """The analysers are told which one that was."""
    stub("s3").add_response(
        "head_object",
        {"ContentType": "video/mp4", "VersionId": "v7"},
        {"Bucket": "uploads-bucket", "Key": KEY},
    )

    assert begin.handler(created(version=None), None)["s3_version_id"] == "v7"
    assert rows.only()["s3_version_id"] == "v7"


def test_same_execution_may_begin_again(claim: Claim) -> None:
    """Step Functions repeats a call whose answer was lost."""
    claim()

    assert claim()["decision"] == "analyse"


def test_duplicate_event_ends_without_harm(claim: Claim, rows: Rows) -> None:
    """EventBridge delivers at least once."""
    claim("first")

    assert claim("second") == {"decision": "end", "reason": "the row belongs to first"}
    assert rows.only()["execution"] == "first"


def test_of_duplicates_at_the_same_time_one_goes_on(rows: Rows) -> None:
    """The database decides, since no earlier look could."""
    upload = begin.CreatedObject.from_event(created()["upload"])
    key = parse_key(KEY)
    assert key

    with ThreadPoolExecutor(8) as pool:
        owners = list(pool.map(lambda n: begin._claim(upload, key, f"{n}", FOUND), range(8)))  # noqa: SLF001

    assert owners == [rows.only()["execution"]] * 8


def test_newer_upload_supersedes_the_older(claim: Claim, rows: Rows) -> None:
    """Whatever the older has found is gone."""
    claim("old", sequencer="0062E99A88DC407460")
    with rows.postgres.superuser() as connection:
        connection.run(
            "UPDATE analysis_results SET status = 'completed', final_score = 5, band = 'low',"
            " audio = '{}'"
        )

    assert claim("new", sequencer="0062e99a88dc407461", version="v2")["decision"] == "analyse"
    row = rows.only()
    assert (row["execution"], row["s3_version_id"], row["status"]) == ("new", "v2", "processing")
    assert (row["final_score"], row["band"], row["audio"]) == (None, None, None)


@pytest.mark.parametrize("late", ["0062E99A88DC407460", "0062E99A88DC40746"])
def test_older_event_that_comes_late_ends(claim: Claim, rows: Rows, late: str) -> None:
    """Sequencers of different lengths compare as if the shorter were filled with zeros."""
    claim("new", sequencer="0062E99A88DC4074601")

    assert claim("old", sequencer=late)["reason"] == "the row belongs to new"
    assert rows.only()["execution"] == "new"


def test_another_object_with_the_same_id_is_ignored(claim: Claim, rows: Rows) -> None:
    """Nobody takes over the video of another user by its id."""
    claim("kims")

    stolen = claim("lees", key=KEY.replace("kim", "lee"), sequencer="FF")

    assert stolen["reason"] == "the row belongs to kims"
    assert rows.only()["user_id"] == "kim"
