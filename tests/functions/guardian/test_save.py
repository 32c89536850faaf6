"""A result is stored as it is: a failed part as failed, and a score only where there is one."""

import threading
from typing import Any

import pg8000.exceptions
import pytest

from functions.guardian import begin, save
from functions.guardian.media import parse_key

from .events import KEY, SCORING, VIDEO, created, failure, finished, success
from .rows import Rows

FOUND = begin.ObjectCheck(version="v1", content_type="video/mp4")
LOST = {
    "audio": failure("Analysis.NoAudioStream", Cause="The video has no sound."),
    "video": failure("States.HeartbeatTimeout"),
    "context": failure("NoSpeech", Cause='{"errorMessage": "No speech.", "errorType": "NoSpeech"}'),
}


@pytest.fixture
def begun(rows: Rows, monkeypatch: pytest.MonkeyPatch) -> Rows:
    monkeypatch.setenv("SCORING", SCORING)
    claim("first")
    return rows


def claim(execution: str, sequencer: str = "1") -> None:
    upload = begin.CreatedObject.from_event(created(sequencer=sequencer)["upload"])
    key = parse_key(KEY)
    assert key
    assert begin._claim(upload, key, execution, FOUND) == execution  # noqa: SLF001


def test_complete_analysis_has_score_and_band(begun: Rows) -> None:
    """100 times 0.3 of 0.2, 0.3 of 0.4 and 0.4 of 0.9."""
    answer = save.handler(finished(), None)

    row = begun.only()
    assert (row["status"], row["final_score"], row["band"]) == ("completed", 54, "medium")
    assert row["audio"] == {"status": "success", "deepfake_probability": 0.2}
    assert answer["decision"] == "Saved"
    assert answer["final_score"] == 54


@pytest.mark.parametrize(
    ("lost", "score"),
    [
        (["audio"], 60),
        (["video"], 60),
        (["context"], 30),
        (["audio", "video"], 60),
        (["audio", "context"], 40),
        (["video", "context"], 20),
    ],
)
def test_score_is_that_of_the_parts_which_succeeded(
    begun: Rows, lost: list[str], score: int
) -> None:
    """The band says of what; no part counts as a half, and none makes a high risk alone."""
    save.handler(finished(**{name: LOST[name] for name in lost}), None)

    row = begun.only()
    assert (row["status"], row["final_score"]) == ("completed", score)
    assert row["band"].endswith(" not judged")
    assert {name for name in LOST if row[name]["status"] == "failed"} == set(lost)


def test_analysis_without_any_part_has_failed_and_has_no_score(begun: Rows) -> None:
    """Each part says why, in words."""
    save.handler(finished(**LOST), None)

    row = begun.only()
    assert (row["status"], row["final_score"], row["band"]) == ("failed", None, None)
    assert row["reason"] == "No part could be judged."
    assert {name: row[name]["reason"] for name in LOST} == {
        "audio": "The video has no sound.",
        "video": "No analyser gave a sign of life in time.",
        "context": "No speech.",
    }
    assert row["audio"]["error"] == "Analysis.NoAudioStream"


@pytest.mark.parametrize(
    "answer",
    [
        success(1.2, "deepfake_probability"),
        {"status": "success", "deepfake_probability": True},
        {"status": "success", "deepfake_probability": None},
        success(0.5, "manipulation_probability"),
        {"deepfake_probability": 0.5},
        "0.5",
        None,
    ],
)
def test_answer_out_of_form_is_a_failed_part(begun: Rows, answer: Any) -> None:
    """Neither a crash nor a score that nobody gave."""
    save.handler(finished(audio=answer), None)

    row = begun.only()
    assert row["audio"]["status"] == "failed"
    assert row["audio"]["error"] == "Analysis.Unreadable"
    assert (row["final_score"], row["band"]) == (60, "medium, but the voice was not judged")


def test_part_that_was_not_judged_is_stored_with_its_reason(begun: Rows) -> None:
    """It is no failure: the analyser has answered that there is nothing to say."""
    answer = {
        "status": "not_judged",
        "message": "too little moves: 3 frames differ, and 24 are needed",
        "manipulation_probability": None,
        "total_frames": 300,
    }

    save.handler(finished(video=answer), None)

    row = begun.only()
    assert row["video"] == answer | {"reason": answer["message"]}
    assert (row["final_score"], row["band"]) == (60, "medium, but the picture was not judged")


def test_result_saved_twice_is_saved_once(begun: Rows) -> None:
    """Step Functions repeats a call whose answer was lost."""
    save.handler(finished(), None)
    before = begun.only()

    assert save.handler(finished(), None)["decision"] == "Saved"
    after = begun.only()
    assert {**after, "updated_at": None} == {**before, "updated_at": None}


def test_stale_execution_never_overwrites_a_newer_one(begun: Rows) -> None:
    """Whether the newer one has ended or not."""
    claim("second", "2")
    assert save.handler(finished("first"), None)["decision"] == "Superseded"
    assert begun.only()["status"] == "processing"

    save.handler(finished("second"), None)
    assert save.handler(finished("first", **LOST), None)["decision"] == "Superseded"
    assert begun.only()["final_score"] == 54


def test_missing_row_is_an_error(begun: Rows) -> None:
    """The execution fails for all to see; a row that was deleted is not made again."""
    with begun.postgres.superuser() as connection:
        connection.run("DELETE FROM analysis_results")

    with pytest.raises(save.RowMissing, match=f"There is no row of video {VIDEO}"):
        save.handler(finished(), None)


def test_trouble_of_the_database_is_raised(begun: Rows) -> None:
    """A caught error would end the execution as if all were well."""
    with begun.postgres.superuser() as connection:
        connection.run("REVOKE UPDATE ON analysis_results FROM guardian_app")
        try:
            with pytest.raises(pg8000.exceptions.DatabaseError, match="permission denied"):
                save.handler(finished(), None)
        finally:
            connection.run("GRANT UPDATE ON analysis_results TO guardian_app")


def test_save_waits_for_a_newer_upload_that_is_just_claiming_the_row(begun: Rows) -> None:
    """The two are never mixed: the older finds that the row is no longer its own."""
    upload = begin.CreatedObject.from_event(created(sequencer="2")["upload"])
    with begun.postgres.superuser() as newer:
        newer.run("BEGIN")
        newer.run(
            "UPDATE analysis_results SET execution = 'second', sequencer = :s", s=upload.sequencer
        )
        answers: list[dict[str, Any]] = []
        older = threading.Thread(
            target=lambda: answers.append(save.handler(finished("first"), None))
        )
        older.start()
        older.join(1)
        assert older.is_alive()
        newer.run("COMMIT")
    older.join()

    assert answers[0]["decision"] == "Superseded"
    assert begun.only()["final_score"] is None
