"""From what is said to segments: one emotion each, one after the other from 0 to the end.

An emotion lasts until another one is heard; what is said without one, and silence, do not end it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

EMOTIONS = ("anger", "disgust", "sadness", "fear", "joy", "surprise", "neutral")
NEUTRAL = "neutral"

LEAST_SECONDS = 5.0
"""Of a segment; a gap that is no longer, between two of the same emotion, is filled."""

MOST_SECONDS = 100.0
"""Of a video: what comes after is neither heard nor given music."""


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A sentence or so that somebody says."""

    start: float
    end: float
    emotion: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Segment:
    """A part of the video with one emotion; neutral where there is none for five seconds."""

    start: float
    end: float
    emotion: str
    text: str


@dataclass(frozen=True, kw_only=True)
class _Stretch:
    """From where an emotion is first heard to where the next one is; None is a gap."""

    start: float
    end: float
    emotion: str | None

    @property
    def seconds(self) -> float:
        return round(self.end - self.start, 3)


def segments(pieces: Sequence[Piece], seconds: float) -> list[Segment]:
    """Return the segments of a video of so many seconds."""
    said = [
        replace(piece, start=round(max(0.0, piece.start), 3))
        for piece in sorted(pieces, key=lambda piece: piece.start)
    ]
    heard = _heard(said, seconds)
    long = [_without_emotion(one) if one.seconds < LEAST_SECONDS else one for one in heard]
    found = _joined(_spread(_joined(_filled(_joined(long)))))
    if all(one.emotion is None for one in found):
        found = [_Stretch(start=0.0, end=seconds, emotion=_longest(heard))]
    return [
        Segment(
            start=one.start,
            end=one.end,
            emotion=one.emotion or NEUTRAL,
            text=" ".join(piece.text for piece in said if one.start <= piece.start < one.end),
        )
        for one in found
    ]


def _heard(said: Sequence[Piece], seconds: float) -> list[_Stretch]:
    begins: list[tuple[float, str | None]] = [(0.0, None)]
    for piece in said:
        if piece.start < seconds and piece.emotion not in (NEUTRAL, begins[-1][1]):
            begins.append((piece.start, piece.emotion))
    ends = [start for start, _ in begins[1:]] + [seconds]
    stretches = [
        _Stretch(start=start, end=end, emotion=emotion)
        for (start, emotion), end in zip(begins, ends, strict=True)
    ]
    return [one for one in stretches if one.seconds > 0] or stretches


def _filled(stretches: list[_Stretch]) -> list[_Stretch]:
    """Give a short gap between two of the same emotion to them."""
    filled = list(stretches)
    for at in range(1, len(filled) - 1):
        before, gap, after = filled[at - 1 : at + 2]
        if gap.emotion is None and gap.seconds <= LEAST_SECONDS and before.emotion == after.emotion:
            filled[at] = _Stretch(start=gap.start, end=gap.end, emotion=before.emotion)
    return filled


def _spread(stretches: list[_Stretch]) -> list[_Stretch]:
    """Let what is heard before a gap too short for a segment last through it; else, what follows.

    At the beginning nothing is heard before.
    """
    spread: list[_Stretch] = []
    for one, after in pairwise([*stretches, None]):
        assert one is not None  # noqa: S101 - only the last of all is
        emotion = one.emotion
        if emotion is None and one.seconds < LEAST_SECONDS:
            emotion = spread[-1].emotion if spread else (after.emotion if after else None)
        spread.append(_Stretch(start=one.start, end=one.end, emotion=emotion))
    return spread


def _joined(stretches: list[_Stretch]) -> list[_Stretch]:
    """Make one of neighbours with the same emotion."""
    joined = stretches[:1]
    for one in stretches[1:]:
        if one.emotion == joined[-1].emotion:
            joined[-1] = _Stretch(start=joined[-1].start, end=one.end, emotion=one.emotion)
        else:
            joined.append(one)
    return joined


def _longest(heard: list[_Stretch]) -> str | None:
    """Return the emotion that was heard for the longest time in all, the first if two were."""
    lasted: dict[str, float] = {}
    for one in heard:
        if one.emotion is not None:
            lasted[one.emotion] = lasted.get(one.emotion, 0.0) + one.seconds
    return max(lasted, key=lambda emotion: lasted[emotion]) if lasted else None


def _without_emotion(stretch: _Stretch) -> _Stretch:
    return _Stretch(start=stretch.start, end=stretch.end, emotion=None)
