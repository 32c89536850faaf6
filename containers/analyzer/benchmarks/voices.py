"""Sounds made from numbers: a voice with the faults of a throat, one without, and no voices."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RATE = 16000

Sound = NDArray[np.float64]

_VOWELS = ((700, 1200, 2600), (300, 2200, 3000), (500, 900, 2400), (350, 750, 2500))
_BANDWIDTHS = (80, 110, 160)
_SYLLABLE_SECONDS = 0.16
_PAUSE_EACH = 7
_HISS_HZ = 4500
_SIBILANT_SHARE = 0.3


@dataclass(frozen=True, kw_only=True)
class Throat:
    """What makes a voice sound alive."""

    jitter: float
    """Deviation of one period from the one before, as a share."""

    shimmer: float
    melody: float
    """Deviation of the pitch from syllable to syllable, as a share."""

    breath: float
    room: float
    """Noise of the room, also in pauses."""

    steps: bool
    """Whether sounds change at once instead of gliding."""


ALIVE = Throat(jitter=0.012, shimmer=0.08, melody=0.12, breath=0.03, room=0.002, steps=False)
MACHINE = Throat(jitter=0.0, shimmer=0.0, melody=0.03, breath=0.0, room=0.0, steps=False)


def voice(throat: Throat, seed: int, seconds: float) -> Sound:
    """Let a throat say vowels, with a pause now and then."""
    chance = np.random.default_rng(seed)
    count = int(seconds * RATE)
    syllables = np.arange(count) / (_SYLLABLE_SECONDS * RATE)
    spoken = (syllables.astype(int) % _PAUSE_EACH) != _PAUSE_EACH - 1
    rise = np.minimum(1, 4 * np.minimum(syllables % 1, 1 - syllables % 1))
    loud = rise * spoken
    source = _pulses(throat, chance, syllables) + throat.breath * chance.normal(0, 1, count)
    sound = _through_mouth(source * loud, chance, syllables)
    sound = sound / np.abs(sound).max() + 0.5 * _sibilants(chance, syllables) * spoken
    return np.asarray(0.3 * sound + throat.room * chance.normal(0, 1, count))


def _sibilants(chance: np.random.Generator, syllables: Sound) -> Sound:
    """Begin each syllable with an s: talk is not made of vowels alone."""
    hiss = np.fft.rfft(chance.normal(0, 1, len(syllables)))
    hiss[np.fft.rfftfreq(len(syllables), 1 / RATE) < _HISS_HZ] = 0
    return np.fft.irfft(hiss, len(syllables)) * 0.3 * (syllables % 1 < _SIBILANT_SHARE)


def _pulses(throat: Throat, chance: np.random.Generator, syllables: Sound) -> Sound:
    pulses = np.zeros(len(syllables))
    base = chance.uniform(95, 210)
    heights = base * (1 + throat.melody * chance.normal(0, 1, int(syllables[-1]) + 3))
    place = 0.0
    while place < len(pulses) - 2:
        here = syllables[int(place)]
        pitch = np.interp(here, np.arange(len(heights)), heights)
        whole, part = int(place), place % 1
        strength = 1 + throat.shimmer * chance.normal()
        pulses[whole : whole + 2] += strength * np.array([1 - part, part])
        place += RATE / pitch * (1 + throat.jitter * chance.normal())
    return pulses


def _through_mouth(source: Sound, chance: np.random.Generator, syllables: Sound) -> Sound:
    """Filter by formants that glide from vowel to vowel, twenty milliseconds at a time."""
    vowels = np.array(_VOWELS)[chance.integers(0, len(_VOWELS), int(syllables[-1]) + 3)]
    step, size = 320, 1024
    frequencies = np.fft.rfftfreq(size, 1 / RATE)
    out = np.zeros(len(source) + size)
    window = np.hanning(2 * step)
    padded = np.pad(source, (0, 2 * step))
    for start in range(0, len(source), step):
        here = syllables[start]
        formants = [np.interp(here, np.arange(len(vowels)), vowels[:, i]) for i in range(3)]
        spectrum = np.fft.rfft(padded[start : start + 2 * step] * window, size)
        gain = sum(
            1 / (1 + ((frequencies - formant) / width) ** 2)
            for formant, width in zip(formants, _BANDWIDTHS, strict=True)
        )
        out[start : start + size] += np.fft.irfft(spectrum * (gain + 0.003), size)
    return out[: len(source)]


def _tone(seed: int, seconds: float) -> Sound:
    time = np.arange(int(seconds * RATE)) / RATE
    return 0.3 * np.sin(2 * np.pi * (200 + 40 * seed) * time)


def _noise(seed: int, seconds: float) -> Sound:
    return np.random.default_rng(seed).normal(0, 0.1, int(seconds * RATE))


CLASSES: Mapping[str, Callable[[int, float], Sound]] = {
    "alive": lambda seed, seconds: voice(ALIVE, seed, seconds),
    "machine": lambda seed, seconds: voice(MACHINE, seed, seconds),
    "tone": _tone,
    "noise": _noise,
}
