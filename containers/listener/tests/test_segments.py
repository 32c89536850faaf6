"""What is said becomes segments: one emotion each, none short, none missing."""

from itertools import pairwise

import numpy as np
import pytest

from listener.segments import EMOTIONS, MOST_SECONDS, Piece, Segment, segments


def _said(*pieces: tuple[float, float, str]) -> list[Piece]:
    return [
        Piece(start=start, end=end, emotion=emotion, text=f"{emotion} at {start:g}")
        for start, end, emotion in pieces
    ]


def _found(seconds: float, *pieces: tuple[float, float, str]) -> list[tuple[float, float, str]]:
    found = segments(_said(*pieces), seconds)
    return [(one.start, one.end, one.emotion) for one in found]


def test_an_emotion_lasts_until_another_is_heard() -> None:
    """Silence between them is no end, nor is what is said without one."""
    assert _found(
        60, (0, 4, "joy"), (10, 12, "neutral"), (20, 24, "sadness"), (50, 52, "neutral")
    ) == [(0, 20, "joy"), (20, 60, "sadness")]


def test_sentences_of_one_emotion_are_one_segment() -> None:
    """However many there are."""
    assert _found(30, (0, 4, "joy"), (4, 8, "joy"), (9, 12, "joy")) == [(0, 30, "joy")]


def test_before_the_first_emotion_there_is_none() -> None:
    """Whether nothing is said or something without one."""
    assert _found(30, (2, 4, "neutral"), (12, 14, "fear")) == [(0, 12, "neutral"), (12, 30, "fear")]


def test_a_beginning_too_short_for_a_segment_has_the_first_emotion() -> None:
    """Few people speak in the first moment."""
    assert _found(30, (4.9, 8, "fear")) == [(0, 30, "fear")]
    assert _found(30, (5, 8, "fear")) == [(0, 5, "neutral"), (5, 30, "fear")]


def test_a_gap_between_two_of_the_same_emotion_is_filled_up_to_five_seconds() -> None:
    """An emotion that does not last for a segment is such a gap; two of them are a longer one."""
    outburst = (20, 22, "anger")
    assert _found(40, (0, 9, "joy"), outburst, (24.9, 30, "joy")) == [(0, 40, "joy")]
    assert _found(40, (0, 9, "joy"), outburst, (23, 24, "fear"), (25, 30, "joy")) == [
        (0, 40, "joy")
    ]
    assert _found(40, (0, 9, "joy"), outburst, (23, 24, "fear"), (25.1, 30, "joy")) == [
        (0, 20, "joy"),
        (20, 25.1, "neutral"),
        (25.1, 40, "joy"),
    ]


def test_an_emotion_of_five_seconds_is_a_segment() -> None:
    """At least five are asked for."""
    assert _found(40, (0, 9, "joy"), (20, 22, "anger"), (25, 30, "joy")) == [
        (0, 20, "joy"),
        (20, 25, "anger"),
        (25, 40, "joy"),
    ]


def test_a_short_gap_between_two_emotions_goes_to_the_first() -> None:
    """What plays goes on until the next begins."""
    assert _found(40, (0, 9, "joy"), (20, 22, "anger"), (23, 30, "fear")) == [
        (0, 23, "joy"),
        (23, 40, "fear"),
    ]


def test_an_emotion_that_the_end_cuts_short_goes_to_the_one_before() -> None:
    """There is no time for another piece of music."""
    assert _found(30, (0, 9, "joy"), (26, 30, "surprise")) == [(0, 30, "joy")]


def test_emotions_that_never_last_are_told_by_the_one_that_was_heard_longest() -> None:
    """A short video, or somebody who changes with each sentence, gets music all the same."""
    assert _found(3, (0, 2, "joy")) == [(0, 3, "joy")]
    assert _found(10, (0, 2, "joy"), (3, 4, "fear"), (7.5, 9, "anger")) == [(0, 10, "fear")]


def test_speech_without_any_emotion_is_one_neutral_segment() -> None:
    """It was speech all the same."""
    assert _found(30, (0, 9, "neutral"), (12, 14, "neutral")) == [(0, 30, "neutral")]


def test_what_is_said_stands_in_the_segment_where_it_begins() -> None:
    """Once, in its order."""
    said = _said((18, 24, "joy"), (0, 4, "joy"), (20, 30, "anger"), (4, 5, "neutral"))

    first, second = segments(said, 40)

    assert first.text == "joy at 0 neutral at 4 joy at 18"
    assert second.text == "anger at 20"


@pytest.mark.parametrize("seed", range(100))
def test_segments_have_no_gaps_and_none_is_short(seed: int) -> None:
    """Whatever is said when: sentences overlap, come late, or lie beyond the end."""
    chance = np.random.default_rng(seed)
    seconds = round(chance.uniform(0.1, MOST_SECONDS), 3)
    said = _said(
        *(
            (round(start, 2), start + 1, str(chance.choice(EMOTIONS)))
            for start in chance.uniform(-0.1, seconds + 1, chance.integers(1, 30))
        )
    )

    found = segments(said, seconds)

    assert (found[0].start, found[-1].end) == (0, seconds)
    assert all(before.end == after.start for before, after in pairwise(found))
    assert all(before.emotion != after.emotion for before, after in pairwise(found))
    assert len(found) == 1 or all(_lasts(one) >= 5 for one in found)
    heard = {one.emotion for one in said if one.start < seconds}
    assert {one.emotion for one in found} <= heard | {"neutral"}
    texts = [one.text for one in found]
    inside = sorted((one for one in said if one.start < seconds), key=lambda one: one.start)
    assert " ".join(text for text in texts if text) == " ".join(one.text for one in inside)


def _lasts(segment: Segment) -> float:
    return round(segment.end - segment.start, 3)
