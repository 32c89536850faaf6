"""From what flickers in the frames to a probability."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from video_analyzer.residual import Places

_LEAST = 24
"""Frames that differ from the one before; fewer say nothing about what is usual in a video."""

_RUN = 7
"""Frames, repeated ones left out, among which a place has to flicker again and again."""

_OF_THEM = 4
_USUAL = 0.9
"""Share of the frames in which a place flickers no more than it often does."""

_SOFTENING = 1.0
"""Grey levels: what is less is no evidence, however calm the place."""

_THRESHOLD = 3.0
"""How many times more than usual a place has to flicker, for a frame to be named."""

_ALARM = 0.7
"""The score at that threshold."""

_STEEPNESS = 3
_RESTLESS = 4.5
"""Grey levels."""

_RESTLESS_SHARE = 0.1
"""Share of the frames in which some place may flicker as much: beyond it they move too fast to be
followed, and what could be found is what is usual."""

_REPORTED = 10
_SAMPLED = 2000
"""Frames, evenly spread, that say what is usual in a video of an hour."""

_CHUNK = 1000
"""Frames whose runs are looked at together, for the memory's sake."""

Values = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class VideoJudgement:
    """What the measures say of the pictures, and of which frames."""

    probability: float
    suspicious: list[tuple[int, float]]
    """Frame number and score, by number; the worst ten."""


class NotJudged(Exception):  # noqa: N818 - it is an answer, and no error
    """The video does not say what is usual in it, for the reason given."""


def judge(flickers: Mapping[int, Places]) -> VideoJudgement:
    """Score each frame by the others of the same video; raise `NotJudged`."""
    if len(flickers) < _LEAST:
        message = f"too little moves: {len(flickers)} frames differ, and {_LEAST} are needed"
        raise NotJudged(message)
    numbers = np.array(list(flickers))
    places = np.stack(list(flickers.values())).reshape(len(numbers), -1)
    sample = places[:: max(1, len(places) // _SAMPLED)].astype(np.float32)
    if np.quantile(sample.max(axis=1), 1 - _RESTLESS_SHARE) > _RESTLESS:
        message = "it moves or flickers too much to say what is usual"
        raise NotJudged(message)
    measure = np.quantile(sample, _USUAL, axis=0).astype(np.float32) + np.float32(_SOFTENING)
    runs = _runs(places, measure)
    scores = {int(number): _score(run) for number, run in zip(numbers, runs, strict=True)}
    worst = sorted(scores, key=lambda number: -scores[number])
    return VideoJudgement(
        probability=scores[worst[0]],
        suspicious=[
            (number, scores[number])
            for number in sorted(worst[:_REPORTED])
            if scores[number] > _ALARM
        ],
    )


def _runs(places: Places, measure: Values) -> Values:
    """Return for each frame the strongest run in which it flickers as strongly itself."""
    found = np.zeros(len(places), np.float32)
    for first in range(0, len(places) - _RUN + 1, _CHUNK):
        part = places[first : first + _CHUNK + _RUN - 1].astype(np.float32) / measure
        windows = np.lib.stride_tricks.sliding_window_view(part, _RUN, axis=0)
        runs = np.partition(windows, _RUN - _OF_THEM, axis=-1)[..., _RUN - _OF_THEM]
        for step in range(_RUN):
            shared = np.minimum(runs, part[step : step + len(runs)]).max(axis=1)
            frames = found[first + step : first + step + len(runs)]
            np.maximum(frames, shared, out=frames)
    return found


def _score(run: float) -> float:
    """Map to 0..1 so that the threshold has the alarm's score."""
    power = float(run) ** _STEEPNESS
    return power / (power + _THRESHOLD**_STEEPNESS * (1 - _ALARM) / _ALARM)
