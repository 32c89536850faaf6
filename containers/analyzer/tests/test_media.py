"""What a file is, found out before anything is decoded."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from analyzer.failure import Problem, Refused
from analyzer.media import Media, Stream, judge_one, local_file, probe
from analyzer.requests import AnalysisResponse, ModelInfo
from analyzer.settings import Limits
from containers.analyzer.benchmarks.encode import ffmpeg
from containers.analyzer.tests.broken import NO_MEDIA, PATTERN, TONE, clip
from containers.analyzer.tests.odd import wrong_length


def _probe(path: Path, limits: Limits = Limits()) -> Media:  # noqa: B008 - frozen
    with local_file(path) as file:
        return probe(file, limits)


def _refusal(path: Path, limits: Limits = Limits()) -> Refused:  # noqa: B008 - frozen
    with pytest.raises(Refused) as raised:
        _probe(path, limits)
    return raised.value


@pytest.mark.parametrize("ending", ["mp4", "mov", "mkv", "webm", "avi", "flv", "3gp", "mpg", "ts"])
def test_containers_that_people_upload_are_known(tmp_path: Path, ending: str) -> None:
    """By their content: the name of the object says nothing."""
    sound = ("-ar", "8000", "-ac", "1", "-b:a", "12.2k") if ending == "3gp" else ("-ar", "48000")
    codecs = ("-c:v", "mpeg4", "-c:a", "aac") if ending == "3gp" else ()
    codecs = ("-c:v", "mpeg2video", "-c:a", "mp2") if ending == "mpg" else codecs
    codecs = ("-c:v", "libx264", "-c:a", "aac") if ending == "flv" else codecs
    codecs = ("-c:v", "vp8", "-c:a", "libvorbis") if ending == "webm" else codecs
    media = _probe(clip(tmp_path / f"clip.{ending}", *codecs, *sound))

    assert media.audio
    assert media.video


@pytest.mark.parametrize("ending", ["wav", "mp3", "m4a", "aac", "ogg", "flac"])
def test_sound_alone_is_media_without_a_video(tmp_path: Path, ending: str) -> None:
    """It is for the program to refuse."""
    path = tmp_path / f"sound.{ending}"
    ffmpeg(*TONE, path)

    media = _probe(path)

    assert media.audio
    assert not media.video


@pytest.mark.parametrize("kind", NO_MEDIA)
def test_what_is_no_media_is_refused(tmp_path: Path, kind: str) -> None:
    """In one sentence that names no place of this machine."""
    refused = _refusal(NO_MEDIA[kind](tmp_path))

    assert refused.problem is Problem.UNSUPPORTED_MEDIA
    assert refused.sentence.startswith("it is no audio or video that can be read: ")
    assert "/proc" not in refused.sentence
    assert "\n" not in refused.sentence


@pytest.mark.parametrize(
    ("kind", "permission"),
    [("playlist", ("-allowed_extensions", "ALL")), ("list of files", ("-safe", "0"))],
)
def test_lists_would_be_followed(tmp_path: Path, kind: str, permission: tuple[str, str]) -> None:
    """The whitelist of formats is what keeps them out: ffmpeg reads the file that they name."""
    path = NO_MEDIA[kind](tmp_path)

    ffmpeg(*permission, "-i", path, tmp_path / "read.mkv")

    assert _probe(tmp_path / "read.mkv").video


def test_a_cover_is_no_video(tmp_path: Path) -> None:
    """Music with a picture has no frames to judge."""
    picture, path = tmp_path / "cover.jpg", tmp_path / "song.mp3"
    ffmpeg(*PATTERN, "-frames:v", "1", picture)
    ffmpeg(*TONE, "-i", picture, "-map", "0", "-map", "1", "-disposition:v", "attached_pic", path)

    assert _probe(path).video == ()


def test_media_that_last_too_long_are_refused(tmp_path: Path) -> None:
    """By what the container says, before it is decoded."""
    refused = _refusal(clip(tmp_path / "clip.mp4"), replace(Limits(), media_seconds=1.5))

    assert refused.problem is Problem.TOO_LARGE
    assert refused.sentence == "it lasts 2 s: at most 1.5 s are analysed"


def test_pictures_that_are_too_large_are_refused(tmp_path: Path) -> None:
    """A few bytes can ask for gigabytes of memory."""
    refused = _refusal(clip(tmp_path / "clip.mp4"), replace(Limits(), pixels=160 * 120 - 1))

    assert refused.problem is Problem.TOO_LARGE
    assert refused.sentence == "the picture has 19200 pixels: at most 19199"


class _Answer(AnalysisResponse):
    """Says which stream it is about."""

    model: ModelInfo = ModelInfo(name="played", version="1", note="")
    index: int


def _stream(index: int) -> Stream:
    return Stream.of({"index": index, "codec_type": "audio"}, guessed=False)


def _judged(streams: int, *unable: int) -> _Answer:
    def judge(stream: Stream) -> _Answer:
        if stream.index in unable:
            raise Refused(Problem.NO_AUDIO_STREAM, f"stream {stream.index} is silent")
        return _Answer(message="a voice", index=stream.index)

    return judge_one([_stream(index) for index in range(streams)], judge)


def test_the_first_stream_that_can_be_judged_is() -> None:
    """Those before it say nothing of the file."""
    answer = _judged(3, 0)

    assert answer.index == 1
    assert answer.message == "a voice; it has 2 other audio streams, which were not judged"


def test_one_stream_alone_is_judged_without_a_word_of_others() -> None:
    """There are none."""
    assert _judged(1).message == "a voice"


def test_the_first_reason_is_the_file_s() -> None:
    """It is the stream that players take."""
    with pytest.raises(Refused, match="stream 0 is silent"):
        _judged(2, 0, 1)


def test_an_answer_without_a_judgement_is_worse_than_a_judgement() -> None:
    """And better than none: it has a reason."""

    def judge(stream: Stream) -> _Answer:
        if stream.index == 0:
            raise Refused(Problem.NO_AUDIO_STREAM, "it is silent")
        status: Any = "success" if stream.index == 3 else "not_judged"
        return _Answer(message="music", status=status, index=stream.index)

    reason = judge_one([_stream(index) for index in range(3)], judge)
    assert reason.message == "music; it has 2 other audio streams, which were not judged"
    assert reason.index == 1
    assert judge_one([_stream(index) for index in range(4)], judge).index == 3


def test_what_is_wrong_with_the_machine_is_not_tried_with_each_stream() -> None:
    """It would be wrong again."""

    def judge(_: Stream) -> _Answer:
        raise Refused(Problem.TIMEOUT, "too late")

    with pytest.raises(Refused, match="too late"):
        judge_one([_stream(0), _stream(1)], judge)


def test_a_header_that_promises_hours_is_no_reason_to_refuse(tmp_path: Path) -> None:
    """The time stamps of the packets say that there are two seconds."""
    path = wrong_length(tmp_path / "clip.avi", 9999)

    media = _probe(path, replace(Limits(), media_seconds=3))

    assert media.video[0].seconds == pytest.approx(333.3)


def test_titles_cannot_break_the_description(tmp_path: Path) -> None:
    """Neither letters of another alphabet's bytes nor the characters that JSON is made of."""
    path = clip(tmp_path / "clip.mkv", "-metadata", "title=AAAAAAAA")
    path.write_bytes(path.read_bytes().replace(b"AAAAAAAA", b'\xff\xfe"}\\\x01\xc3'))

    assert _probe(path).video
