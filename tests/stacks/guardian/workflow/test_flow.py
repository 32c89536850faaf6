"""From the upload of a video to its row, with each branch failing in turn."""

import json
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from uuid import uuid4

import pytest

from tests.functions.guardian.rows import Rows

from .deployment import Deployment
from .runs import put, result
from .videos import BROKEN, FAILURES, MISHAPS, Analysis, Video, plain
from .workers import Workers

pytestmark = pytest.mark.usefixtures("workers")
Change = Callable[[Video], Video]


def failing_audio(video: Video) -> Video:
    """Let the audio analyser find no sound."""
    return replace(video, audio=Analysis(score=Fraction(0), error=FAILURES["audio"]))


def failing_video(video: Video) -> Video:
    """Let the video analyser give up."""
    return replace(video, video=Analysis(score=Fraction(0), error=FAILURES["video"]))


def silent(video: Video) -> Video:
    """Let nothing be said."""
    return replace(video, context_error=FAILURES["context"])


def untranscribed(video: Video) -> Video:
    """Let Transcribe fail."""
    return replace(video, context_error=BROKEN)


def everything(video: Video) -> Video:
    """Let every part fail."""
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
