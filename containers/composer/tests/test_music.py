"""The music of a whole video, painted by the stand-in."""

import json
from pathlib import Path

import numpy as np
import pytest

from composer.music import compose
from composer.plan import Clip
from composer.spectrogram import RATE, Picture, Sound
from composer.timeline import Timeline
from containers.composer.tests.inputs import Spoken, timeline
from containers.composer.tests.tones import TonePainter


def _music(folder: Path, spoken: Spoken, seed: int = 42) -> Sound:
    path = folder / "segments.json"
    path.write_text(json.dumps(timeline(spoken)))
    return compose(Timeline.read(path), seed, TonePainter())


def _height(sound: Sound) -> float:
    return float(np.abs(np.fft.rfft(sound)).argmax() * RATE / len(sound))


def test_music_lasts_as_long_as_the_video_and_has_no_holes(tmp_path: Path) -> None:
    """Where clips meet, too; at the end it fades."""
    music = _music(tmp_path, [(10.5, "joy"), (3.2, "fear")])

    assert len(music) == round(13.7 * RATE)
    loudness = [float(np.sqrt(np.mean(part**2))) for part in np.array_split(music, 137)]
    assert min(loudness[3:115]) > 0.6
    assert max(loudness) < 1.6
    assert loudness[-1] < 0.2


def test_each_segment_has_its_own_music(tmp_path: Path) -> None:
    """It changes where the emotion does."""
    music = _music(tmp_path, [(2, "joy"), (2, "fear")])

    joy, fear = music[RATE // 2 : RATE * 3 // 2], music[RATE * 5 // 2 : RATE * 7 // 2]
    assert abs(_height(joy) - _height(fear)) > 20


def test_the_four_seeds_give_four_different_pieces(tmp_path: Path) -> None:
    """And the same seed the same one."""
    heights = [_height(_music(tmp_path, [(0.5, "joy")], seed)) for seed in range(42, 46)]

    assert min(np.diff(sorted(heights))) > 10
    again = [_music(tmp_path, [(0.5, "joy")], 42) for _ in range(2)]
    assert np.array_equal(again[0], again[1])


def test_a_painter_gets_the_seed_clip_of_the_segment(tmp_path: Path) -> None:
    """The same one for all clips of a segment, another one for the next."""
    given: list[bytes] = []

    class Watching(TonePainter):
        def paint(self, seed_clip: Picture, clip: Clip) -> Picture:
            given.append(seed_clip.tobytes())
            assert seed_clip.shape == (512, 1024)
            return super().paint(seed_clip, clip)

    path = tmp_path / "segments.json"
    path.write_text(json.dumps(timeline([(10.2, "joy"), (1, "joy")])))
    compose(Timeline.read(path), 42, Watching())

    assert given[0] == given[1]
    assert given[1] != given[2]


def test_a_painter_that_fails_ends_the_piece(tmp_path: Path) -> None:
    """It is not left waiting for what was never painted."""

    class Failing(TonePainter):
        def paint(self, _seed_clip: Picture, _clip: Clip) -> Picture:
            raise MemoryError

    path = tmp_path / "segments.json"
    path.write_text(json.dumps(timeline([(1, "joy")])))
    with pytest.raises(MemoryError):
        compose(Timeline.read(path), 42, Failing())
