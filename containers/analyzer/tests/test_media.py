"""What a file is, found out before anything is decoded."""

from dataclasses import replace
from pathlib import Path

import pytest

from analyzer.failure import Problem, Refused
from analyzer.media import Media, local_file, probe
from analyzer.settings import Limits
from containers.analyzer.benchmarks.encode import ffmpeg
from containers.analyzer.tests.broken import NO_MEDIA, PATTERN, TONE, clip


def _probe(path: Path, limits: Limits = Limits()) -> Media:  # noqa: B008 - frozen
    with local_file(path) as file:
        return probe(file, limits)


def _refusal(path: Path, limits: Limits = Limits()) -> Refused:  # noqa: B008 - frozen
    with pytest.raises(Refused) as raised:
        _probe(path, limits)
    return raised.value


@pytest.mark.parametrize("ending", ["mp4", "mov", "mkv", "webm", "avi", "flv", "3gp", "mpg"])
def test_containers_that_people_upload_are_known(tmp_path: Path, ending: str) -> None:
    """By their content: the name of the object says nothing."""
    sound = ("-ar", "8000", "-ac", "1", "-b:a", "12.2k") if ending == "3gp" else ("-ar", "48000")
    codecs = ("-c:v", "mpeg4", "-c:a", "aac") if ending == "3gp" else ()
    codecs = ("-c:v", "mpeg2video", "-c:a", "mp2") if ending == "mpg" else codecs
    codecs = ("-c:v", "libx264", "-c:a", "aac") if ending == "flv" else codecs
    codecs = ("-c:v", "vp8", "-c:a", "libvorbis") if ending == "webm" else codecs
    media = _probe(clip(tmp_path / f"clip.{ending}", *codecs, *sound))

    assert media.audio is not None
    assert media.video is not None


@pytest.mark.parametrize("ending", ["wav", "mp3", "m4a", "aac", "ogg", "flac"])
def test_sound_alone_is_media_without_a_video(tmp_path: Path, ending: str) -> None:
    """It is for the program to refuse."""
    path = tmp_path / f"sound.{ending}"
    ffmpeg(*TONE, path)

    media = _probe(path)

    assert media.audio is not None
    assert media.video is None


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

    assert _probe(tmp_path / "read.mkv").video is not None


def test_a_cover_is_no_video(tmp_path: Path) -> None:
    """Music with a picture has no frames to judge."""
    picture, path = tmp_path / "cover.jpg", tmp_path / "song.mp3"
    ffmpeg(*PATTERN, "-frames:v", "1", picture)
    ffmpeg(*TONE, "-i", picture, "-map", "0", "-map", "1", "-disposition:v", "attached_pic", path)

    assert _probe(path).video is None


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
