"""From what remains of the frames to a probability."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from video_analyzer.residual import Blocks, neighbourhoods

_CUT = 60.0
"""Robust z of the whole picture's residual from which a frame begins another scene."""

_THRESHOLD = 8.0
"""Robust z of one place's residual from which a frame is suspicious."""

_ALARM = 0.7
"""The score at that threshold."""

_STEEPNESS = 3
_UPPER = 0.85
"""Share of the pairs in which a place has no larger residual than it often has. What is replaced
in more than the rest of them counts as usual there: the price of calm where things move."""

_CALM_SHARE = 0.5
_SOFTENING = 2.0
"""Grey levels: in the dark ratios of next to nothing are no evidence."""

_LEAST_SPREAD = 0.3
_LEAST_CUT_SPREAD = 0.1
_JUDGED = 3
"""Frames whose mean score is the video's: tampering begins and ends, one may be an accident."""

_REPORTED = 10
_MAD_TO_DEVIATION = 1.4826

Values = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class VideoJudgement:
    """What the measures say of the pictures, and of which frames."""

    probability: float
    suspicious: list[tuple[int, float]]
    """Frame number and score, by number; the worst ten."""


def judge(pairs: Mapping[int, Blocks], regular: Collection[int]) -> VideoJudgement:
    """Score each pair against the regular ones of the same video."""
    numbers = list(pairs)
    residuals = np.stack([pairs[number] for number in numbers]).astype(np.float32)
    usual = np.array([number in regular for number in numbers])
    scores = dict(zip(numbers, _scores(residuals, usual), strict=True))
    worst = sorted(scores, key=lambda number: -scores[number])
    return VideoJudgement(
        probability=float(np.mean([scores[number] for number in worst[:_JUDGED]])),
        suspicious=[
            (number, scores[number])
            for number in sorted(worst[:_REPORTED])
            if scores[number] > _ALARM
        ],
    )


def _scores(residuals: NDArray[np.float32], usual: NDArray[np.bool_]) -> list[float]:
    whole = np.median(residuals.reshape(len(residuals), -1), axis=1).astype(np.float64)
    cut = _robust_z(whole, usual, _LEAST_CUT_SPREAD) >= _CUT
    z = np.where(cut, 0, _robust_z(_worst_place(residuals, whole, usual), usual, _LEAST_SPREAD))
    return [_score(value) for value in z]


def _worst_place(residuals: NDArray[np.float32], whole: Values, usual: NDArray[np.bool_]) -> Values:
    """Return by how much the worst place of each pair exceeds what it often has.

    Each place has its own measure: where something moves, residuals come and go.
    """
    places = np.stack([neighbourhoods(blocks) for blocks in residuals])
    middle, upper = np.quantile(places[usual], (0.5, _UPPER), axis=0)
    calm = np.median(whole[usual])
    # What the whole picture has more than usual, as a change of light, is not this place's.
    beyond = places - middle - np.maximum(whole - calm, 0)[:, None, None]
    measure = upper - middle + _CALM_SHARE * (calm + _SOFTENING)
    return np.asarray((beyond / measure).reshape(len(places), -1).max(axis=1), np.float64)


def _robust_z(values: Values, usual: NDArray[np.bool_], least_spread: float) -> Values:
    middle = np.median(values[usual])
    spread = _MAD_TO_DEVIATION * np.median(np.abs(values[usual] - middle))
    return np.asarray((values - middle) / max(spread, least_spread))


def _score(z: float) -> float:
    """Map to 0..1 so that the threshold has the alarm's score."""
    power = max(z, 0.0) ** _STEEPNESS
    return float(power / (power + _THRESHOLD**_STEEPNESS * (1 - _ALARM) / _ALARM))
