"""Files of all kinds: what is read of them, and what is refused."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from analyzer.failure import Problem
from analyzer.settings import Limits
from containers.analyzer.benchmarks.encode import ffmpeg, write_video
from containers.analyzer.benchmarks.scenes import VideoScene
from containers.analyzer.tests.asking import ask, refusal
from containers.analyzer.tests.broken import NO_MEDIA, PATTERN, TONE, clip
from video_analyzer.program import PROGRAM


def test_a_video_is_described(tmp_path: Path) -> None:
    """All fields of the seed, and who has judged."""
    path = tmp_path / "clip.mp4"
    write_video(VideoScene(seed=1, frames=60), path)

    answer = ask(PROGRAM, path)

    assert answer.pop("manipulation_probability") < 0.5
    assert answer.pop("model")["name"] == "two-sided-flicker"
    assert 0 < answer.pop("analyzed_frames") < 60
    assert answer == {
        "total_frames": 60,
        "video_duration": 2.0,
        "fps": 30.0,
        "resolution": "320x240",
        "suspicious_frames": [],
        "status": "success",
        "message": "no frame sticks out",
    }


@pytest.mark.parametrize("kind", NO_MEDIA)
def test_what_is_no_media_is_refused(tmp_path: Path, kind: str) -> None:
    """Broken, empty, text, pictures, lists: it is the caller's file."""
    assert refusal(PROGRAM, NO_MEDIA[kind](tmp_path)).problem is Problem.UNSUPPORTED_MEDIA


def test_sound_alone_has_no_video_stream(tmp_path: Path) -> None:
    """It is media, but not for this program."""
    path = tmp_path / "sound.m4a"
    ffmpeg(*TONE, path)

    refused = refusal(PROGRAM, path)

    assert refused.problem is Problem.NO_VIDEO_STREAM
    assert refused.sentence == "there is no video stream in it"


def test_a_few_frames_are_too_few(tmp_path: Path) -> None:
    """A probability from three frames would be invented."""
    answer = ask(PROGRAM, clip(tmp_path / "clip.mp4", "-t", "0.1"))

    assert (answer["status"], answer["total_frames"]) == ("not_judged", 3)
    assert answer["message"] == "too little moves: 1 frames differ, and 24 are needed"
    assert answer["manipulation_probability"] is None


def test_a_wrong_number_of_frames_in_the_container_harms_nothing(tmp_path: Path) -> None:
    """Frames are counted as they come."""
    path = tmp_path / "clip.avi"
    ffmpeg(*PATTERN, "-c:v", "mpeg4", path)
    content = bytearray(path.read_bytes())
    place = content.index(b"avih") + 8 + 16
    assert int.from_bytes(content[place : place + 4], "little") == 60
    content[place : place + 4] = (9999).to_bytes(4, "little")
    place = content.index(b"strh") + 8 + 32
    content[place : place + 4] = (9999).to_bytes(4, "little")
    path.write_bytes(content)

    answer = ask(PROGRAM, path)

    assert (answer["total_frames"], answer["video_duration"]) == (60, 2.0)


def test_the_rest_of_a_truncated_video_is_analysed(tmp_path: Path) -> None:
    """What has come is judged, and the answer says how much that was."""
    whole = clip(tmp_path / "clip.mkv").read_bytes()
    path = tmp_path / "cut.mkv"
    path.write_bytes(whole[: len(whole) * 2 // 3])

    answer = ask(PROGRAM, path)

    assert 12 <= answer["total_frames"] < 60


def test_frames_that_are_shown_at_odd_times_are_all_counted(tmp_path: Path) -> None:
    """Nothing is doubled or left out to please a frame rate."""
    path = clip(tmp_path / "clip.mkv", "-vf", "select='not(between(n,10,29))'", "-fps_mode", "vfr")

    assert ask(PROGRAM, path)["total_frames"] == 40


@pytest.mark.parametrize("size", ["16x16", "2x480", "1280x16", "162x122"])
def test_pictures_of_any_shape_are_analysed(tmp_path: Path, size: str) -> None:
    """Tiny, narrow, odd."""
    path = tmp_path / "clip.mkv"
    ffmpeg("-f", "lavfi", "-i", f"testsrc2=size={size}:rate=30:duration=1", path)

    answer = ask(PROGRAM, path)

    assert (answer["total_frames"], answer["resolution"]) == (30, size)


def test_a_video_that_lasts_longer_than_it_says_is_refused(tmp_path: Path) -> None:
    """Recordings of browsers say nothing; then the frames are counted."""
    path = clip(tmp_path / "clip.webm", "-c:v", "vp8", "-an", "-f", "webm", "-live", "1")

    refused = refusal(PROGRAM, path, limits=replace(Limits(), media_seconds=1))

    assert refused.problem is Problem.TOO_LARGE


def test_an_analysis_out_of_time_leaves_no_process(tmp_path: Path) -> None:
    """Ffmpeg ends with it."""
    path = clip(tmp_path / "clip.mp4")

    refused = refusal(PROGRAM, path, seconds=0)

    assert refused.problem is Problem.TIMEOUT
    children = Path(f"/proc/self/task/{threading.get_native_id()}/children").read_text().split()
    names = [Path(f"/proc/{child}/comm").read_text() for child in children]
    assert not [name for name in names if name.startswith("ffmpeg")]
