"""Files of all kinds: what is read of them, and what is refused."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from analyzer.failure import Problem
from analyzer.media import local_file, probe
from analyzer.settings import Limits
from containers.analyzer.benchmarks.encode import ffmpeg, write_video
from containers.analyzer.benchmarks.scenes import VideoScene
from containers.analyzer.tests.asking import ask, refusal
from containers.analyzer.tests.broken import NO_MEDIA, TONE, clip
from containers.analyzer.tests.odd import (
    cover_first,
    cut_transport_stream,
    damaged_description,
    half_of_faststart,
    on_its_side,
    starting_late,
    two_pictures,
    wrong_length,
)
from video_analyzer.frames import Picture
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
    answer = ask(PROGRAM, wrong_length(tmp_path / "clip.avi", 9999))

    assert (answer["total_frames"], answer["video_duration"]) == (60, 2.0)


def test_a_container_that_promises_hours_is_judged_by_what_it_has(tmp_path: Path) -> None:
    """Only time stamps say that a video is too long."""
    path = wrong_length(tmp_path / "clip.avi", 9999)

    assert ask(PROGRAM, path, limits=replace(Limits(), media_seconds=3))["total_frames"] == 60


@pytest.mark.parametrize("ending", ["mp4", "mkv", "ts"])
def test_a_video_that_begins_late_lasts_as_long_as_it_is_shown(tmp_path: Path, ending: str) -> None:
    """Two seconds from the second hour on are two seconds."""
    answer = ask(PROGRAM, starting_late(tmp_path / f"late.{ending}"))

    assert (answer["total_frames"], answer["video_duration"]) == (60, 2.0)
    assert "could be read" not in answer["message"]


def test_the_rate_is_that_at_which_frames_come(tmp_path: Path) -> None:
    """The container goes on to say 30 where half of the frames are left out."""
    path = clip(tmp_path / "clip.mkv", "-vf", "select='not(mod(n,2))'", "-fps_mode", "vfr")

    answer = ask(PROGRAM, path)

    assert answer["total_frames"] == 30
    assert answer["fps"] == pytest.approx(15, rel=0.01)
    assert answer["video_duration"] == pytest.approx(2, rel=0.01)


def test_the_video_that_players_show_is_judged(tmp_path: Path) -> None:
    """It is the second here; that there is another one is said."""
    answer = ask(PROGRAM, two_pictures(tmp_path / "two.mkv"))

    assert answer["resolution"] == "192x144"
    assert answer["message"].endswith("; it has another video stream, which was not judged")


@pytest.mark.parametrize("ending", ["mp4", "mkv"])
def test_a_cover_does_not_hide_the_video(tmp_path: Path, ending: str) -> None:
    """Neither one that is called a cover nor one that is a video of a single frame."""
    answer = ask(PROGRAM, cover_first(tmp_path / f"clip.{ending}"))

    assert (answer["total_frames"], answer["resolution"]) == (60, "160x120")


def test_a_cover_alone_is_no_video(tmp_path: Path) -> None:
    """Even one that does not say that it is a cover."""
    refused = refusal(PROGRAM, clip(tmp_path / "song.mkv", "-frames:v", "1"))

    assert refused.problem is Problem.NO_VIDEO_STREAM
    assert refused.sentence == "the video stream is a single picture, as a cover is"


def test_a_picture_on_its_side_is_turned(tmp_path: Path) -> None:
    """It is described as players show it, and compared in those proportions."""
    path = on_its_side(tmp_path / "clip.mp4")

    assert ask(PROGRAM, path)["resolution"] == "120x160"
    with local_file(path) as file:
        picture = Picture.of(probe(file, Limits()).video[0])
    width, height = picture.analysed_size
    assert width < height


def test_what_is_missing_of_a_video_is_said(tmp_path: Path) -> None:
    """A file that was cut off after its index promises more than it has."""
    answer = ask(PROGRAM, half_of_faststart(tmp_path / "half.mp4"))

    assert 12 <= answer["total_frames"] < 60
    seconds = answer["video_duration"]
    told = f"; of the 2.0 s that it should last, {seconds:.1f} s could be read"
    assert answer["message"].endswith(told)


def test_a_video_is_judged_from_its_first_whole_picture_on(tmp_path: Path) -> None:
    """A recording that begins in the middle shows one after some seconds."""
    path = cut_transport_stream(tmp_path / "cut.ts", seconds=10, whole_pictures=240)

    answer = ask(PROGRAM, path)

    assert (answer["total_frames"], answer["resolution"]) == (60, "160x120")
    assert answer["message"].endswith("2.0 s could be read")


def test_a_video_without_a_whole_picture_is_refused(tmp_path: Path) -> None:
    """Nothing in it says how large it is."""
    path = cut_transport_stream(tmp_path / "cut.ts", seconds=2, whole_pictures=240)

    refused = refusal(PROGRAM, path)

    assert refused.problem is Problem.UNSUPPORTED_MEDIA
    assert refused.sentence == "nothing in the video stream says how large its picture is"


def test_a_damaged_description_of_the_video_is_refused(tmp_path: Path) -> None:
    """With the decoder's reason."""
    refused = refusal(PROGRAM, damaged_description(tmp_path / "clip.mp4"))

    assert refused.problem is Problem.UNSUPPORTED_MEDIA
    assert refused.sentence == (
        "the video stream cannot be decoded: [h264] No start code is found."
    )


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
