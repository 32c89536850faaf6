"""From the figures of all windows to a probability."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from audio_analyzer.spectra import Figures, Values

_QUIET_DECIBELS = -70.0
"""A loudest moment below it is silence."""

_ACTIVE_DECIBELS = 25.0
"""How far below the loudest moments sound counts as sound."""

_VOICED = 0.6
_LEAST_VOICED_SHARE = 0.1
_LEAST_WINDOWS = 30
_LOUD, _PAUSE = 0.95, 0.03
"""Shares of the windows that are not as loud as loud moments and as pauses."""

_LOWEST, _HIGHEST = 0.05, 0.95
"""A baseline is never sure."""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One trait, as 0 for a living voice and 1 for a machine's; between them in proportion."""

    weight: float
    alive: float
    machine: float

    def of(self, value: float) -> float:
        """Place a measured value."""
        share = (value - self.alive) / (self.machine - self.alive)
        return float(np.clip(share, 0, 1))


_STEADINESS = Evidence(weight=0.3, alive=-2.0, machine=-2.6)
"""Logarithm of the pitch's relative change from window to window: no throat holds a pitch."""

_PERIODICITY = Evidence(weight=0.25, alive=0.85, machine=0.96)
"""How much one period is like the next: breath makes them differ."""

_SMOOTHNESS = Evidence(weight=0.25, alive=4.2, machine=2.8)
"""Median step of the linear cepstrum: what is averaged moves less."""

_EMPTY_PAUSES = Evidence(weight=0.1, alive=-45.0, machine=-65.0)
"""Decibels from loud moments to pauses: every room has a sound of its own."""

_EMPTY_HEIGHTS = Evidence(weight=0.1, alive=-30.0, machine=-40.0)
"""Decibels above 4 kHz: breath and hiss are there."""


@dataclass(frozen=True, kw_only=True)
class AudioJudgement:
    """What the measures say of a voice, and whether there was one."""

    probability: float
    voiced: bool


class Silent(Exception):  # noqa: N818 - it says what was heard
    """There is nothing to judge."""


def judge(parts: Sequence[Figures]) -> AudioJudgement:
    """Weigh the evidence over a whole file; raise `Silent`."""
    taken = Figures(**{one.name: _joined(parts, one.name) for one in fields(Figures)})
    loud = np.quantile(taken.level, _LOUD) if len(taken.level) else -np.inf
    active = taken.level > loud - _ACTIVE_DECIBELS
    if loud < _QUIET_DECIBELS or active.sum() < _LEAST_WINDOWS:
        raise Silent
    found = [
        (_SMOOTHNESS, np.median(taken.change[active])),
        (_EMPTY_PAUSES, np.quantile(taken.level, _PAUSE) - loud),
        (_EMPTY_HEIGHTS, np.median(taken.high[active])),
    ]
    voiced = active & (taken.voicing > _VOICED)
    speaking = bool(voiced.sum() >= _LEAST_VOICED_SHARE * active.sum())
    if speaking:
        found.append((_STEADINESS, np.log10(_pitch_change(taken.period, voiced))))
        found.append((_PERIODICITY, np.median(taken.voicing[voiced])))
    total = sum(evidence.weight for evidence, _ in found)
    share = sum(evidence.weight * evidence.of(float(value)) for evidence, value in found) / total
    return AudioJudgement(probability=_LOWEST + (_HIGHEST - _LOWEST) * share, voiced=speaking)


def _joined(parts: Sequence[Figures], name: str) -> Values:
    return np.concatenate([getattr(part, name) for part in parts] or [np.zeros(0, np.float32)])


def _pitch_change(period: Values, voiced: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> float:
    """Return the median change between neighbouring voiced windows, without jumps by octaves."""
    octaves = np.diff(np.log2(period))
    octaves -= np.round(octaves)
    pairs = np.abs(octaves[voiced[1:] & voiced[:-1]])
    return float(np.median(pairs) if len(pairs) else 1.0) + 1e-6
