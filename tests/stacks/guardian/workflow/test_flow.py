"""From the upload of a video to its row, with each branch failing in turn."""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from uuid import uuid4

import pytest

from tests.functions.guardian.rows import Rows

from .deployment import Deployment
from .runs import ended, executions, put, result
from .videos import BROKEN, FAILURES, MISHAPS, Analysis, Video, plain
from .workers import Workers

pytestmark = pytest.mark.usefixtures("workers")
Change = Callable[[Video], Video]


def failing_audio(video: Video) -> Video:
    return replace(video, audio=Analysis(score=Fraction(0), error=FAILURES["audio"]))


def failing_video(video: Video) -> Video:
    return replace(video, video=Analysis(score=Fraction(0), error=FAILURES["video"]))


def silent(video: Video) -> Video:
    """Let nothing be said."""
    return replace(video, context_error=FAILURES["context"])


def untranscribed(video: Video) -> Video:
    return replace(video, context_error=BROKEN)


def everything(video: Video) -> Video:
    return silent(failing_video(failing_audio(video)))


@pytest.mark.parametrize(
    "change",
    [
        replace,
        failing_audio,
        failing_video,
        silent,
        untranscribed,
        everything,
    ],
)
def test_each_branch_may_fail_and_the_others_count(
    deployment: Deployment, rows: Rows, change: Change
) -> None:
    """The failed part is stored as failed, and the score is that of the others."""
    video = change(plain(uuid4()))
    put(deployment, video)

    assert video.faults(result(rows, video)) == []


@pytest.mark.parametrize("mishap", MISHAPS)
def test_mishap_of_an_analyser_changes_nothing(
    deployment: Deployment, rows: Rows, workers: Workers, mishap: str
) -> None:
    """Its message comes back, or the state machine sends another."""
    before = workers.counts[mishap]
    video = replace(
        plain(uuid4()),
        audio=Analysis(score=Fraction("0.2"), mishaps=(mishap,)),
        video=Analysis(score=Fraction("0.4"), mishaps=(mishap,)),
    )
    put(deployment, video)

    assert video.faults(result(rows, video)) == []
    assert workers.counts[mishap] == before + 2


def test_message_that_ends_three_analysers_is_sent_once_more(
    deployment: Deployment, rows: Rows
) -> None:
    """Its task fails at once, not when the heartbeat has run out, and is tried again."""
    video = replace(
        plain(uuid4()), audio=Analysis(score=Fraction("0.2"), mishaps=("die", "die", "die"))
    )
    put(deployment, video)

    assert video.faults(result(rows, video)) == []


def test_upload_that_ends_six_analysers_is_given_up(deployment: Deployment, rows: Rows) -> None:
    """The other parts count, and the row says why this one does not."""
    video = replace(
        plain(uuid4()),
        audio=Analysis(score=Fraction(0), error="Analysis.Abandoned", mishaps=("die",) * 6),
    )
    put(deployment, video)

    row = result(rows, video)
    assert video.faults(row) == []
    assert row["audio"]["reason"].startswith("Three analysers ended")


def test_model_that_is_busy_or_answers_out_of_form_is_asked_again(
    deployment: Deployment, rows: Rows
) -> None:
    """Twice at most; here it needs both."""
    video = replace(plain(uuid4()), busy=1, garbage=1)
    put(deployment, video)

    assert video.faults(result(rows, video)) == []


def test_model_that_is_busy_for_minutes_is_waited_for(deployment: Deployment, rows: Rows) -> None:
    """Its quota is by the minute; each invocation has asked three times itself."""
    video = replace(plain(uuid4()), busy=3 * 3)
    put(deployment, video)

    assert video.faults(result(rows, video)) == []


def test_model_that_never_answers_in_form_fails_its_part(
    deployment: Deployment, rows: Rows
) -> None:
    """With the reason of the function, not with its traceback."""
    video = replace(plain(uuid4()), garbage=9, context_error="UnreadableAnswer")
    content = json.loads(video.body) | {"speech": video.speech}
    deployment.cloud.client("s3").put_object(
        Bucket=deployment.bucket,
        Key=video.key,
        Body=json.dumps(content).encode(),
        ContentType="video/mp4",
    )

    row = result(rows, video)
    assert video.faults(row) == []
    assert row["context"]["reason"] == (
        "The model's answer is no JSON object of a probability and a reasoning."
    )


def test_video_that_transcribe_cannot_read_is_analysed_in_its_other_parts(
    deployment: Deployment, rows: Rows
) -> None:
    """Its format is known before anything is begun."""
    video = replace(plain(uuid4()), context_error="Analysis.UnsupportedMedia")
    deployment.cloud.client("s3").put_object(
        Bucket=deployment.bucket,
        Key=video.key,
        Body=video.body,
        ContentType="video/x-msvideo",
    )

    row = result(rows, video)
    assert video.faults(row) == []
    assert row["context"]["reason"] == "Transcribe does not read this kind of video."


pytestmark = pytest.mark.usefixtures("workers")


def test_second_execution_for_the_same_event_ends_without_harm(
    deployment: Deployment, rows: Rows
) -> None:
    """EventBridge delivers at least once."""
    video = plain(uuid4())
    put(deployment, video)
    result(rows, video)
    first = next(found for found in ended(deployment) if found.key == video.key)
    client = deployment.cloud.client("stepfunctions")
    event = client.describe_execution(executionArn=first.arn)["input"]

    client.start_execution(stateMachineArn=deployment.state_machine, input=event)

    both = [found for found in ended(deployment) if found.key == video.key]
    assert sorted(found.output["decision"] for found in both) == ["Saved", "end"]
    assert rows.only()["execution"] == first.arn


def test_upload_again_supersedes(deployment: Deployment, rows: Rows) -> None:
    """The result is that of the newer version, whichever ends first."""
    slow = replace(
        plain(uuid4()), audio=Analysis(score=Fraction(1), mishaps=("late",)), filler="older"
    )
    newer = replace(plain(slow.video_id), context=Fraction(0), filler="newer")
    put(deployment, slow)
    while not rows.all():
        time.sleep(0.05)
    version = put(deployment, newer)
    while rows.only()["s3_version_id"] != version:
        time.sleep(0.05)

    both = [found for found in ended(deployment) if found.key == slow.key]

    assert sorted(found.output["decision"] for found in both) == ["Saved", "Superseded"]
    row = rows.only()
    assert row["s3_version_id"] == version
    assert newer.faults(row) == []


def test_other_objects_begin_nothing_or_end_clearly(deployment: Deployment, rows: Rows) -> None:
    """Transcripts lie in the same bucket, and people make mistakes."""
    before = len(executions(deployment))
    s3 = deployment.cloud.client("s3")
    for key in ("transcripts/x.json", "uploads/lost.mp4"):
        s3.put_object(Bucket=deployment.bucket, Key=key, Body=b"x", ContentType="video/mp4")
    while len(executions(deployment)) == before:
        time.sleep(0.05)

    (lost,) = [found for found in ended(deployment) if found.key == "uploads/lost.mp4"]

    assert len(executions(deployment)) == before + 1
    assert (lost.status, lost.output["decision"]) == ("SUCCEEDED", "end")
    assert rows.all() == []


def test_result_that_cannot_be_saved_fails_the_execution(
    deployment: Deployment, rows: Rows
) -> None:
    """After all attempts: an alarm hears of it, and the row still says that it is processed."""
    video = replace(plain(uuid4()), audio=Analysis(score=Fraction(0), mishaps=("late",)))
    put(deployment, video)
    while not rows.all():
        time.sleep(0.05)
    with rows.postgres.superuser() as connection:
        connection.run("REVOKE UPDATE ON analysis_results FROM guardian_app")
        try:
            (failed,) = [found for found in ended(deployment) if found.key == video.key]
        finally:
            connection.run("GRANT UPDATE ON analysis_results TO guardian_app")

    assert failed.status == "FAILED"
    assert rows.only()["status"] == "processing"
