"""The sound that a picture begins from: a beat and chords in an emotion's tempo and key.

A quarter of it is left after painting, so it gives the music its pulse and harmony. The clips of
the original are recordings of others and in no public place; these are played from numbers.
"""

import numpy as np
from numpy.typing import NDArray

from composer.spectrogram import COLUMNS, HOP, RATE, Sound
from composer.styles import Style

_SAMPLES = COLUMNS * HOP
_BEATS_A_CHORD = 4
_OVERTONES = 8
_LOWEST_A = 110.0
_KEYS = 12
_CHORD_SECONDS = 1.2
_DRUM_SECONDS = 0.08
_DRUM_HERTZ = 55.0


def seed_clip(style: Style, chance: np.random.Generator) -> Sound:
    """Play 10.24 s in a style; `chance` draws tempo, key and where in the chords it begins."""
    beat = 60 / chance.integers(style.beats_a_minute[0], style.beats_a_minute[1] + 1)
    key = _LOWEST_A * 2 ** (chance.integers(_KEYS) / 12)
    first = int(chance.integers(len(style.roots)))
    played = np.zeros(_SAMPLES)
    for number in range(int(_SAMPLES / RATE / beat) + 1):
        root = style.roots[(first + number // _BEATS_A_CHORD) % len(style.roots)]
        _add(played, number * beat, _chord(key * 2 ** (root / 12), style))
        _add(played, number * beat, style.drums * _drum(chance, kick=number % 2 == 0))
    return np.asarray(played / np.abs(played).max(), np.float32)


def _chord(root: float, style: Style) -> NDArray[np.float64]:
    times = np.arange(int(_CHORD_SECONDS * RATE)) / RATE
    tones = [
        style.brightness ** (overtone - 1)
        * np.sin(2 * np.pi * root * 2 ** (interval / 12) * overtone * times)
        for interval in style.chord
        for overtone in range(1, _OVERTONES + 1)
    ]
    fading = np.exp(-3 * times) * np.minimum(1, times * 200)
    return np.asarray(sum(tones) * fading)


def _drum(chance: np.random.Generator, *, kick: bool) -> NDArray[np.float64]:
    """Return a thump, or the hiss between two of them."""
    times = np.arange(int(_DRUM_SECONDS * 2 * RATE)) / RATE
    fading = np.exp(-times / _DRUM_SECONDS * 4)
    if kick:
        return np.asarray(6 * np.sin(2 * np.pi * _DRUM_HERTZ * times) * fading)
    return np.asarray(chance.normal(0, 1, len(times)) * fading)


def _add(played: NDArray[np.float64], seconds: float, sound: NDArray[np.float64]) -> None:
    start = round(seconds * RATE)
    room = played[start : start + len(sound)]
    room += sound[: len(room)]
