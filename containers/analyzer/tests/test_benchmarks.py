"""The arithmetic and the media of the analysers' benchmark."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from containers.analyzer.benchmarks.encode import write_video
from containers.analyzer.benchmarks.report import least_and_most
from containers.analyzer.benchmarks.scenes import VideoScene, pictures
from containers.analyzer.benchmarks.separation import Scores
from containers.analyzer.benchmarks.speed import cpu_of
from containers.analyzer.benchmarks.voices import ALIVE, CLASSES, MACHINE, RATE, voice
from containers.model_store.benchmarks import measure


def _scores(kind: str, *probabilities: float) -> Scores:
    values = list(probabilities)
    return Scores(kind=kind, of="320x240", probabilities=values, not_judged=0, found=[0, 0])


def test_the_gap_is_between_the_worst_of_both_sides() -> None:
    """One tampered video that scores low, or one calm one that scores high, closes it."""
    found = [
        _scores("tampered", 0.9, 0.8),
        _scores("clean", 0.1),
        _scores("scene cut", 0.2, 0.3),
        _scores("dark", 0.0),
    ]

    assert least_and_most(found) == (0.8, 0.3)


def test_a_scene_is_the_same_each_time() -> None:
    """It follows from its values alone."""
    scene = VideoScene(seed=3, frames=4, tampered=range(2, 3))

    for first, second in zip(pictures(scene), pictures(scene), strict=True):
        assert np.array_equal(first, second)


def test_tampering_changes_the_frames_that_are_named_and_only_there() -> None:
    """What is called tampered is, and the frames before it are those of the clean scene."""
    clean = list(pictures(VideoScene(seed=3, frames=6)))
    tampered = list(pictures(VideoScene(seed=3, frames=6, tampered=range(3, 5))))

    same = [np.array_equal(a, b) for a, b in zip(clean, tampered, strict=True)]
    assert same[:3] == [True, True, True]
    assert same[3:5] == [False, False]
    part = np.abs(clean[3].astype(int) - tampered[3])[48:120, 106:178]
    assert part.mean() > 5


def test_a_dark_scene_is_dark() -> None:
    """As the night, not as a filter."""
    bright, dark = (next(iter(pictures(VideoScene(seed=1, light=light)))) for light in (1.0, 0.06))

    assert bright.mean() > 100
    assert dark.mean() < 15


@pytest.mark.parametrize("name", CLASSES)
def test_sounds_last_as_long_as_they_should(name: str) -> None:
    """And stay within full scale."""
    sound = CLASSES[name](1, 1.5)

    assert len(sound) == 1.5 * RATE
    assert np.abs(sound).max() < 1


def test_a_machine_has_silent_pauses_and_a_room_has_not() -> None:
    """The traits are in the sounds, not only in their names."""
    quietest = [
        np.abs(voice(throat, 1, 4).reshape(-1, 400)).max(axis=1).min()
        for throat in (ALIVE, MACHINE)
    ]

    assert quietest[0] > 0.001
    assert quietest[1] < 0.0001


def test_an_encoder_that_fails_is_no_measurement(tmp_path: Path) -> None:
    """The benchmark ends instead of judging half a file."""
    with pytest.raises((RuntimeError, BrokenPipeError)):
        write_video(VideoScene(seed=1, frames=2), tmp_path / "none" / "clip.mp4")


def test_processor_time_is_counted_with_that_of_children() -> None:
    """What ffmpeg uses is the pod's."""
    before = cpu_of(os.getpid())
    subprocess.run([sys.executable, "-c", "sum(range(20_000_000))"], check=True)

    assert cpu_of(os.getpid()) - before > 0.1


def test_memory_is_that_of_a_process_and_its_children() -> None:
    """A process that ended takes none."""
    own = measure.taken(os.getpid())
    assert own > 5_000_000
    assert measure.taken(2**22 + 1) == 0
