"""Music under a voice: how loud, and what a player draws of it."""

import numpy as np
from numpy.typing import NDArray

from composer.spectrogram import RATE, Sound

Stereo = NDArray[np.float32]
"""A row for each sample, a column for each of two channels."""

PEAKS = 256

_UNDER_DECIBELS = 3.0
_WINDOW = RATE * 2 // 5
"""Of loudness: 400 ms, as broadcasters measure it."""

_PAUSE = 0.03
"""What is this much quieter than the loudest window is no speech: 30 dB."""

_SILENCE = 1e-3
_ALONE = 0.1
"""How loud a voice is taken to be where nobody speaks: the music then is at -23 dB."""

_HIGHEST = 0.89
"""No sample is above -1 dB: AAC rounds up."""


def mixed(vocals: Stereo, music: Sound) -> tuple[Stereo, Sound]:
    """Return vocals with music 3 dB under them, and that music alone."""
    wanted = speech_loudness(vocals) * 10 ** (-_UNDER_DECIBELS / 20)
    under = music * np.float32(wanted / max(_loudness(music), 1e-9))
    both = vocals + under[:, None]
    # As a whole, or the music would sink under each loud word.
    scale = np.float32(min(1.0, _HIGHEST / max(float(np.abs(both).max()), 1e-9)))
    return both * scale, under * scale


def speech_loudness(vocals: Stereo) -> float:
    """Return how loud somebody speaks while somebody does."""
    loudest = np.abs(vocals).max(axis=1)
    count = max(1, len(loudest) // _WINDOW)
    windows = np.array([_loudness(one) for one in np.array_split(loudest, count)])
    if windows.max() < _SILENCE:
        return _ALONE
    spoken = windows[windows > windows.max() * _PAUSE]
    return float(np.sqrt(np.mean(spoken**2)))


def peaks(sound: Sound) -> list[float]:
    """Return the highest sample of each of 256 parts, the loudest of all as 1."""
    highest = [float(np.abs(part).max(initial=0)) for part in np.array_split(sound, PEAKS)]
    return [round(one / max(*highest, _SILENCE), 3) for one in highest]


def fitted(sound: Stereo, samples: int) -> Stereo:
    """Return a sound cut to a length, or with silence after it."""
    whole = np.zeros((samples, sound.shape[1]), np.float32)
    whole[: len(sound)] = sound[:samples]
    return whole


def _loudness(sound: NDArray[np.float32]) -> float:
    return float(np.sqrt(np.mean(np.square(sound, dtype=np.float64))))
