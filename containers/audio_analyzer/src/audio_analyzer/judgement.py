"""From the figures of all windows to a probability."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray

from audio_analyzer.sound import RATE
from audio_analyzer.spectra import HOP, Figures, Values

Mask = NDArray[np.bool_]

_QUIET_DECIBELS = -70.0
"""A loudest moment below it is silence."""

_ACTIVE_DECIBELS = 25.0
"""How far below the loudest moments sound counts as sound."""

_VOICED = 0.6
_LEAST_WINDOWS = 30
_GLIDE, _JUMP = 0.002, 0.05
"""Octaves from window to window: less is a note that is held, more is no melody of one throat."""

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


_SPEECH = {
    "syllables": (2.45, math.inf),
    "gliding": (0.15, 1.0),
    "jumping": (0.0, 0.42),
    "voiced": (0.3, 0.95),
    "voices_begun": (2.0, math.inf),
    "sibilance": (7.2, math.inf),
}
"""What talk has, in ten seconds of it; music, noise and beeps lack one or another. For syllables
and sibilance the bounds are those that nine of ten recordings of people reach."""


class Silent(Exception):  # noqa: N818 - it says what was heard
    """There is nothing to judge."""


class NoVoice(Exception):  # noqa: N818 - it says what was heard
    """There is sound, and nobody talks in it."""


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What is sound in some seconds, and which of it has a pitch."""

    figures: Figures
    loud: float
    active: Mask
    voiced: Mask

    @classmethod
    def of(cls, figures: Figures) -> Self:
        loud = float(np.quantile(figures.level, _LOUD)) if len(figures.level) else -math.inf
        active = figures.level > loud - _ACTIVE_DECIBELS
        voiced = active & (figures.voicing > _VOICED)
        return cls(figures=figures, loud=loud, active=active, voiced=voiced)

    @property
    def silent(self) -> bool:
        return self.loud < _QUIET_DECIBELS or int(self.active.sum()) < _LEAST_WINDOWS

    @property
    def is_talk(self) -> bool:
        """Whether somebody talks, or something that imitates it."""
        traits = self._traits()
        return all(least <= traits[name] <= most for name, (least, most) in _SPEECH.items())

    def _traits(self) -> dict[str, float]:
        count = int(self.active.sum())
        moves = self.pitch_moves()
        return {
            # How fast the spectrum changes: sounds of speech last a tenth of a second.
            "syllables": float(np.median(self.figures.audible_change[self.active])),
            "gliding": float(((moves > _GLIDE) & (moves < _JUMP)).sum() / count),
            "jumping": float((moves >= _JUMP).sum() / count),
            "voiced": float(self.voiced.sum() / count),
            # A second: between them are consonants and pauses.
            "voices_begun": float((np.diff(self.voiced.astype(int)) == 1).sum())
            / (count * HOP / RATE),
            # Vowels have next to nothing above 4 kHz, sibilants hardly anything below.
            "sibilance": float(np.std(self.figures.audible_high[self.active])),
        }

    def pitch_moves(self) -> Values:
        """Return octaves between neighbouring windows with a pitch, without whole ones."""
        octaves = np.diff(np.log2(self.figures.period))
        octaves -= np.round(octaves)
        return np.asarray(np.abs(octaves[self.voiced[1:] & self.voiced[:-1]]), np.float32)


def talks(part: Figures) -> bool:
    """Return whether somebody talks in a part of the sound."""
    heard = Heard.of(part)
    return not heard.silent and heard.is_talk


def judge(parts: Sequence[Figures]) -> float:
    """Weigh the evidence over those parts in which somebody talks; raise `Silent`, `NoVoice`."""
    if Heard.of(_joined(parts)).silent:
        raise Silent
    talk = [part for part in parts if talks(part)]
    if not talk:
        raise NoVoice
    said = Heard.of(_joined(talk))
    taken, active = said.figures, said.active
    found = (
        (_SMOOTHNESS, np.median(taken.change[active])),
        (_EMPTY_PAUSES, np.quantile(taken.level, _PAUSE) - said.loud),
        (_EMPTY_HEIGHTS, np.median(taken.high[active])),
        (_STEADINESS, np.log10(np.median(said.pitch_moves()) + 1e-6)),
        (_PERIODICITY, np.median(taken.voicing[said.voiced])),
    )
    share = sum(evidence.weight * evidence.of(float(value)) for evidence, value in found)
    return _LOWEST + (_HIGHEST - _LOWEST) * share


def _joined(parts: Sequence[Figures]) -> Figures:
    none = np.zeros(0, np.float32)
    return Figures(
        **{
            one.name: np.concatenate([getattr(part, one.name) for part in parts] or [none])
            for one in fields(Figures)
        }
    )
