"""Videos like those of a camera: what was replaced is found, what is usual is not."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from containers.analyzer.benchmarks.encode import write_video
from containers.analyzer.benchmarks.scenes import VideoScene
from containers.analyzer.tests.asking import ask
from video_analyzer.judgement import judge
from video_analyzer.program import PROGRAM
from video_analyzer.residual import Blocks

_ALARM = 0.7
_CALM = 0.5
_TAMPERED = range(40, 47)
_TOUCHED = range(40, 48)
"""The frame after the last one differs from it as well."""


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


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("size", [(320, 240), (640, 360), (240, 426)])
def test_replaced_parts_are_found_where_they_are(
    tmp_path: Path, seed: int, size: tuple[int, int]
) -> None:
    """With the true numbers of the frames, whatever the size and the shape of the picture."""
    width, height = size
    scene = VideoScene(seed=seed, width=width, height=height, tampered=_TAMPERED)

    answer = _judged(scene, tmp_path)

    assert answer.probability > _ALARM
    assert answer.frames
    assert set(answer.frames) <= set(_TOUCHED)


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize(
    "kind", [{}, {"cut": 45}, {"light": 0.06}], ids=["clean", "scene cut", "dark"]
)
def test_what_is_usual_is_no_alarm(tmp_path: Path, seed: int, kind: dict[str, Any]) -> None:
    """Neither motion, nor another scene, nor the noise of a dark picture."""
    answer = _judged(replace(VideoScene(seed=seed), **kind), tmp_path)

    assert answer.probability < _CALM
    assert answer.frames == []


def test_a_few_frames_are_found_in_a_long_video_at_a_low_rate(tmp_path: Path) -> None:
    """Between two samples: every frame gets a short look, and a long one if it is conspicuous."""
    scene = VideoScene(seed=8, frames=600, tampered=range(411, 418))

    answer = _judged(scene, tmp_path, sample_rate=30)

    assert answer.probability > _ALARM
    assert answer.frames
    assert set(answer.frames) <= set(range(411, 419))
    assert answer.analyzed < 600 / 2


def test_the_rate_decides_how_much_is_compared(tmp_path: Path) -> None:
    """At 1 each frame is compared with the one before it; the first has none."""
    path = tmp_path / "clip.mp4"
    write_video(VideoScene(seed=4, frames=400), path)

    all_of_them, few = (ask(PROGRAM, path, sample_rate=rate) for rate in (1, 30))

    assert all_of_them["analyzed_frames"] == 399
    assert few["analyzed_frames"] < 300
    assert all_of_them["total_frames"] == few["total_frames"] == 400


def test_the_same_video_gets_the_same_answer(tmp_path: Path) -> None:
    """There is no chance in it."""
    path = tmp_path / "clip.mp4"
    write_video(VideoScene(seed=5, tampered=_TAMPERED), path)

    assert ask(PROGRAM, path) == ask(PROGRAM, path)


def _residuals(patches: dict[int, float]) -> dict[int, Blocks]:
    """Give a hundred calm pairs, some of them with a patch of so many grey levels."""
    chance = np.random.default_rng(1)
    pairs = {}
    for number in range(1, 101):
        blocks = chance.uniform(0.5, 1.5, (15, 20)).astype(np.float32)
        blocks[4:8, 6:10] += patches.get(number, 0)
        pairs[number] = blocks
    return pairs


def test_at_most_ten_frames_are_listed() -> None:
    """The worst of them, in their order."""
    pairs = _residuals({number: 20.0 + number for number in range(40, 53)})

    judgement = judge(pairs, set(pairs))

    assert [number for number, _ in judgement.suspicious] == list(range(43, 53))


def test_one_odd_frame_is_listed_but_is_no_verdict() -> None:
    """Tampering begins and ends; a single frame may be an accident."""
    pairs = _residuals({40: 60.0})

    judgement = judge(pairs, set(pairs))

    assert [number for number, _ in judgement.suspicious] == [40]
    assert judgement.probability < _CALM
