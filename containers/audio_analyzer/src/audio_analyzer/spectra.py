"""Short-time spectra, and the figures that are taken of each."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from audio_analyzer.sound import RATE, Samples

WINDOW = 480
HOP = 240
_FFT = 1024
_FILTERS = 70
_COEFFICIENTS = 19
_FLOOR = 1e-10
_PITCH_HZ = (70, 400)
_HIGH_HZ = 4000
_LOUD = 0.95
_AUDIBLE = np.float32(10**-2.5)
"""Of the power of loud moments, in each bin: 25 decibels below them."""

Values = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Figures:
    """One value for each window of 30 ms, each 15 ms."""

    level: Values
    """Decibels below full scale."""

    flatness: Values
    """1 for noise, 0 for a tone."""

    high: Values
    """Decibels of what is above 4 kHz, relative to what is below."""

    change: Values
    """How far the linear cepstrum moved since the window before."""

    audible_high: Values
    """As `high`, of what is not far below loud moments."""

    audible_change: Values
    """As `change`, of the same: what noise suppression empties, or noise fills, is out of it."""

    period: Values
    """Of the voice, in samples, finer than one."""

    voicing: Values
    """1 if each period repeats the one before."""


def figures(samples: Samples) -> Figures:
    """Take the figures of all whole windows."""
    windows = np.lib.stride_tricks.sliding_window_view(samples, WINDOW)[::HOP]
    power = np.abs(np.fft.rfft(windows * _hann(), _FFT)).astype(np.float32) ** 2 + _FLOOR
    audible = power + np.quantile(power.mean(axis=1), _LOUD) * _AUDIBLE
    period, voicing = _pitch(power)
    return Figures(
        level=_decibels((windows**2).mean(axis=1)),
        flatness=np.exp(np.log(power).mean(axis=1)) / power.mean(axis=1),
        high=_high(power),
        change=_change(power),
        audible_high=_high(audible),
        audible_change=_change(audible),
        period=period,
        voicing=voicing,
    )


def _high(power: Values) -> Values:
    split = _HIGH_HZ * _FFT // RATE
    return _decibels(power[:, split:].sum(axis=1) / power[:, 2:split].sum(axis=1))


def _change(power: Values) -> Values:
    cepstrum = np.log(power @ _filters()) @ _cosines()
    steps = np.diff(cepstrum, axis=0, prepend=cepstrum[:1])
    return np.asarray(np.linalg.norm(steps, axis=1), np.float32)


def _pitch(power: Values) -> tuple[Values, Values]:
    """Find the lag at which a window resembles itself most; the window's own shape is undone."""
    shortest, longest = RATE // _PITCH_HZ[1], RATE // _PITCH_HZ[0]
    alike = np.fft.irfft(power)[:, : longest + 2]
    alike = alike / alike[:, :1] / _shape()[: longest + 2]
    best = alike[:, shortest : longest + 1].argmax(axis=1) + shortest
    rows = np.arange(len(best))
    left, top, right = (alike[rows, best + step] for step in (-1, 0, 1))
    bend = np.minimum(left - 2 * top + right, -_FLOOR)
    finer = np.clip((left - right) / (2 * bend), -0.5, 0.5)
    return (best + finer).astype(np.float32), np.clip(top, 0, 1).astype(np.float32)


def _decibels(power: Values) -> Values:
    return np.asarray(10 * np.log10(power + _FLOOR), np.float32)


@cache
def _hann() -> Values:
    return np.asarray(np.hanning(WINDOW), np.float32)


@cache
def _shape() -> Values:
    """How much a window resembles itself at each lag merely by being one."""
    shape = np.fft.irfft(np.abs(np.fft.rfft(_hann(), _FFT)) ** 2)
    return np.asarray(shape / shape[0], np.float32)


@cache
def _filters() -> Values:
    """Triangles of the same width over all frequencies."""
    bins = np.arange(_FFT // 2 + 1)[:, None]
    width = (_FFT // 2) / (_FILTERS + 1)
    centres = (np.arange(_FILTERS) + 1) * width
    return np.clip(1 - np.abs(bins - centres) / width, 0, None).astype(np.float32)


@cache
def _cosines() -> Values:
    filters = np.arange(_FILTERS)[:, None] + 0.5
    cosines = np.cos(np.pi / _FILTERS * filters * np.arange(1, _COEFFICIENTS + 1))
    return np.asarray(cosines * np.sqrt(2 / _FILTERS), np.float32)
