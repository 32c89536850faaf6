"""Videos like those of a camera: what was replaced is found, what is usual is not."""

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from containers.analyzer.benchmarks.encode import ffmpeg, write_video
from containers.analyzer.benchmarks.scenes import VideoScene
from containers.analyzer.tests.asking import ask
from video_analyzer.judgement import judge
from video_analyzer.program import PROGRAM
from video_analyzer.residual import Places

_ALARM = 0.7
_CALM = 0.5
_TAMPERED = range(40, 47)


@dataclass(frozen=True, kw_only=True)
class _Judged:
    probability: float
    frames: list[int]
    analyzed: int


def _judged(scene: VideoScene, folder: Path, **fields: Any) -> _Judged:
    path = folder / "clip.mp4"
    write_video(scene, path)
    answer = ask(PROGRAM, path, **fields)
    return _Judged(
        probability=answer["manipulation_probability"],
        frames=[one["frame_number"] for one in answer["suspicious_frames"]],
        analyzed=answer["analyzed_frames"],
    )


@pytest.mark.parametrize(
    ("size", "seed"),
    [((320, 240), 1), ((320, 240), 2), ((640, 360), 3), ((240, 426), 1), ((240, 426), 3)],
)
def test_replaced_parts_are_found_where_they_are(
    tmp_path: Path, size: tuple[int, int], seed: int
) -> None:
    """With the true numbers of the frames, whatever the size and the shape of the picture."""
    width, height = size
    scene = VideoScene(seed=seed, width=width, height=height, tampered=_TAMPERED)

    answer = _judged(scene, tmp_path)

    assert answer.probability > _ALARM
    assert answer.frames
    assert set(answer.frames) <= set(_TAMPERED)


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize(
    "kind", [{}, {"cut": 45}, {"light": 0.06}], ids=["clean", "scene cut", "dark"]
)
def test_what_is_usual_is_no_alarm(tmp_path: Path, seed: int, kind: dict[str, Any]) -> None:
    """Neither motion, nor another scene, nor the noise of a dark picture."""
    answer = _judged(replace(VideoScene(seed=seed), **kind), tmp_path)

    assert answer.probability < _CALM
    assert answer.frames == []


@pytest.mark.parametrize("times", [2, 4])
def test_repeated_frames_change_nothing(tmp_path: Path, times: int) -> None:
    """Whoever raises the frame rate neither hides what was replaced nor makes what was not."""
    found = {}
    for name, tampered in (("clean", range(0)), ("tampered", _TAMPERED)):
        path, doubled = tmp_path / f"{name}.mp4", tmp_path / f"{name}-doubled.mp4"
        write_video(VideoScene(seed=1, tampered=tampered), path)
        ffmpeg("-i", path, "-vf", f"fps={30 * times}", "-crf", "18", doubled)
        answer = ask(PROGRAM, doubled)
        assert answer["total_frames"] == 90 * times
        found[name] = [one["frame_number"] // times for one in answer["suspicious_frames"]]

    assert found["clean"] == []
    assert found["tampered"]
    assert set(found["tampered"]) <= set(_TAMPERED)


@pytest.mark.parametrize(
    "source",
    [
        "color=white:s=320x240:r=30:d=4,drawbox=w=60:h=60:color=red:t=fill:enable='between(t,1,2)'",
        "color=gray:size=320x240:rate=30:duration=4",
        "testsrc2=size=320x240:rate=30:duration=8,fps=1,fps=30",
    ],
    ids=["notice", "still", "slides"],
)
def test_where_too_little_moves_nothing_is_judged(tmp_path: Path, source: str) -> None:
    """A screen with a notice is the best example: what is usual there, nobody can say."""
    path = tmp_path / "screen.mp4"
    ffmpeg("-f", "lavfi", "-i", source, "-pix_fmt", "yuv420p", path)

    answer = ask(PROGRAM, path)

    assert (answer["status"], answer["manipulation_probability"]) == ("not_judged", None)
    assert re.fullmatch(
        r"too little moves: \d+ frames differ, and 24 are needed", answer["message"]
    )
    assert answer["suspicious_frames"] == []


def test_a_clock_that_counts_is_no_alarm(tmp_path: Path) -> None:
    """It changes all the time, and at the same place."""
    path = tmp_path / "clock.mp4"
    clock = "drawtext=text='%{pts\\:hms}':x=80:y=80:fontsize=60"
    source = f"color=white:s=1280x720:r=30:d=8,{clock}"
    ffmpeg("-f", "lavfi", "-i", source, "-pix_fmt", "yuv420p", path)

    answer = ask(PROGRAM, path)

    assert answer["suspicious_frames"] == []
    assert (answer["manipulation_probability"] or 0) < _CALM


def test_a_part_that_flickers_all_the_time_is_not_judged(tmp_path: Path) -> None:
    """What could be found there is what is usual."""
    path = tmp_path / "clip.mp4"
    write_video(VideoScene(seed=1, tampered=range(90)), path)

    answer = ask(PROGRAM, path)

    assert answer["message"] == "it moves or flickers too much to say what is usual"
    assert answer["manipulation_probability"] is None


def test_a_few_frames_are_found_in_a_long_video_at_a_low_rate(tmp_path: Path) -> None:
    """Between two samples: every frame gets a short look, and a long one if it is conspicuous."""
    scene = VideoScene(seed=8, frames=600, tampered=range(411, 418))

    answer = _judged(scene, tmp_path, sample_rate=30)

    assert answer.probability > _ALARM
    assert answer.frames
    assert set(answer.frames) <= set(range(411, 418))
    assert answer.analyzed < 600 / 2


def test_the_rate_decides_how_much_is_compared(tmp_path: Path) -> None:
    """At 1 motion is looked for in each frame that has two neighbours, else where needed."""
    path = tmp_path / "clip.mp4"
    write_video(VideoScene(seed=4, frames=400), path)

    all_of_them, few = (ask(PROGRAM, path, sample_rate=rate) for rate in (1, 30))

    assert few["analyzed_frames"] < all_of_them["analyzed_frames"] / 10
    assert 300 < all_of_them["analyzed_frames"] <= 398
    assert all_of_them["total_frames"] == few["total_frames"] == 400


def test_the_same_video_gets_the_same_answer(tmp_path: Path) -> None:
    """There is no chance in it."""
    path = tmp_path / "clip.mp4"
    write_video(VideoScene(seed=5, tampered=_TAMPERED), path)

    assert ask(PROGRAM, path) == ask(PROGRAM, path)


def _flickers(patches: dict[int, float]) -> dict[int, Places]:
    """Give two hundred calm frames, some of them with a patch that flickers by so many levels."""
    chance = np.random.default_rng(1)
    found = {}
    for number in range(1, 201):
        places = chance.uniform(0, 0.3, (15, 20))
        places[4:8, 6:10] += patches.get(number, 0)
        found[number] = places.astype(np.float16)
    return found


def test_at_most_ten_frames_are_listed() -> None:
    """The worst of them, in their order."""
    judgement = judge(_flickers({number: number - 30.0 for number in range(40, 53)}))

    numbers = [number for number, _ in judgement.suspicious]
    assert len(numbers) == 10
    assert numbers == sorted(numbers)
    assert set(numbers) <= set(range(40, 53))


@pytest.mark.parametrize("frames", [(40,), (40, 41, 42), (40, 47, 54, 61)])
def test_a_few_odd_frames_are_no_verdict(frames: tuple[int, ...]) -> None:
    """Tampering goes on for a while; less may be an accident, and is not named."""
    judgement = judge(_flickers(dict.fromkeys(frames, 60.0)))

    assert judgement.suspicious == []
    assert judgement.probability < _CALM


def test_four_of_seven_frames_at_one_place_are_named() -> None:
    """Frames between them that fit are not."""
    judgement = judge(_flickers(dict.fromkeys((40, 42, 43, 46), 20.0)))

    assert [number for number, _ in judgement.suspicious] == [40, 42, 43, 46]
    assert judgement.probability > _ALARM


def test_frames_that_flicker_at_different_places_are_not_named() -> None:
    """Whatever moves about flickers here and there."""
    places = _flickers({})
    for step, number in enumerate(range(40, 47)):
        places[number][2 * step : 2 * step + 2, 3:5] = 20

    assert judge(places).suspicious == []
