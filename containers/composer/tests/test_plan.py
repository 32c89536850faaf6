"""Which clips a video's music is painted from."""

import json
from pathlib import Path

import pytest

from composer.plan import Clip, clips, steps
from composer.styles import STYLES
from composer.timeline import Emotion, Segment, Timeline
from containers.composer.tests.inputs import Spoken, timeline

_PROMPTS = {emotion: style.prompt for emotion, style in STYLES.items()}


def _planned(folder: Path, spoken: Spoken, seed: int = 42) -> list[Clip]:
    path = folder / "segments.json"
    path.write_text(json.dumps(timeline(spoken)))
    return clips(Timeline.read(path), _PROMPTS, seed)


@pytest.mark.parametrize(("seconds", "expected"), [(5, 1), (9.9, 1), (10, 2), (35, 4), (100, 11)])
def test_a_segment_has_as_many_steps_as_the_original_gives_it(
    seconds: float, expected: int
) -> None:
    """Its tens of seconds, and one more."""
    assert steps(Segment(start=3, end=3 + seconds, emotion=Emotion.JOY)) == expected


def test_clips_follow_each_other_without_a_gap(tmp_path: Path) -> None:
    """From the beginning to the end, each in the words of its own segment."""
    found = _planned(tmp_path, [(25, "joy"), (5, "fear"), (20, "neutral")])

    assert [(clip.start, clip.end) for clip in found] == [
        *((0, 10), (10, 20), (20, 25)),
        (25, 30),
        *((30, 40), (40, 50)),
    ]
    assert [clip.prompt for clip in found] == [
        *[_PROMPTS[Emotion.JOY]] * 3,
        _PROMPTS[Emotion.FEAR],
        *[_PROMPTS[Emotion.NEUTRAL]] * 2,
    ]


def test_the_music_moves_within_a_segment(tmp_path: Path) -> None:
    """In the original both ends were the same, and so were all clips."""
    found = _planned(tmp_path, [(25, "joy")])

    assert [clip.alpha for clip in found] == [0, 0.5, 1]
    assert len({clip.noise for clip in found}) == 1
    assert found[0].noise[0] != found[0].noise[1]


def test_a_segment_begins_where_the_one_before_it_leads_to(tmp_path: Path) -> None:
    """So the change of emotion is no change of all else."""
    before, after = _planned(tmp_path, [(5, "joy"), (5, "fear")])

    assert before.noise[1] == after.noise[0]


def test_seeds_next_to_each_other_have_no_noise_in_common(tmp_path: Path) -> None:
    """The four results of a run: their seeds are 42 to 45."""
    spoken = [(1.0, "joy"), (1.0, "fear")] * 50
    drawn = [
        {seed for clip in _planned(tmp_path, spoken, seed) for seed in clip.noise}
        for seed in range(42, 46)
    ]

    assert len(set.union(*drawn)) == sum(map(len, drawn))


def test_each_emotion_has_words_of_its_own() -> None:
    """The neutral one, too: else a calm talk would have four results without music."""
    assert set(STYLES) == set(Emotion)
    assert len(set(_PROMPTS.values())) == len(Emotion)
