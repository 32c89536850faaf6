"""Which clips the music of a video is painted from."""

from collections.abc import Mapping
from dataclasses import dataclass

from composer.timeline import Emotion, Segment, Timeline

STRIDE_SECONDS = 10
"""From one clip to the next: the seed clip of the original."""

_NOISES = 1000
"""Of one seed before the next seed's begin: a video has at most a hundred segments."""


@dataclass(frozen=True, kw_only=True)
class Clip:
    """One picture to paint, between two noises, and when it sounds."""

    segment: int
    prompt: str
    noise: tuple[int, int]
    """The seeds of the noises at both ends of the segment."""

    alpha: float
    """How far it is from the first to the second."""

    start: float
    end: float


def steps(segment: Segment) -> int:
    """Return into how many clips a segment is divided, the interpolation steps of the original."""
    return int(segment.seconds // STRIDE_SECONDS) + 1


def clips(timeline: Timeline, prompts: Mapping[Emotion, str], seed: int) -> list[Clip]:
    """Lay clips along the timeline.

    Each segment goes from a noise to that with which the next one begins, so the music moves
    within a segment, and what follows takes it up in the words of its own emotion.
    """
    found = []
    for number, segment in enumerate(timeline.segments):
        count = steps(segment)
        for step in range(count):
            start = segment.start + step * STRIDE_SECONDS
            if start >= segment.end:
                break
            found.append(
                Clip(
                    segment=number,
                    prompt=prompts[segment.emotion],
                    noise=(seed * _NOISES + number, seed * _NOISES + number + 1),
                    alpha=step / max(1, count - 1),
                    start=start,
                    end=min(start + STRIDE_SECONDS, segment.end),
                )
            )
    return found
