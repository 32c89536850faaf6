"""Sound as the pictures that Riffusion was trained on, and back.

A picture has a row for each of 512 mel bands, the highest on top, and a column for each 10 ms;
the darker, the louder, as the fourth root. The phase is in none: Griffin and Lim's algorithm finds
one that fits.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

Sound = NDArray[np.float32]
Picture = NDArray[np.uint8]

RATE = 44100
BANDS = 512
COLUMNS = 1024
"""Of a whole picture: 10.24 s. The network halves its sides six times."""

HOP = RATE // 100
_WINDOW = RATE // 10
_PADDED = 4 * _WINDOW
"""So that the lowest bands, which are 4 Hz wide, have a frequency in them."""

_OVERLAP = _WINDOW // HOP
_TOP_HERTZ = 10_000
_POWER = 0.25
_LOUDEST = 30e6
"""Of a white pixel's opposite: it scales what is scaled again afterwards, so any would do."""

_ROUNDS = 32
_MOMENTUM = np.float32(0.99 / 1.99)

_HANN = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_WINDOW) / _WINDOW)).astype(np.float32)
_BINS = _TOP_HERTZ * _WINDOW // RATE + 1
"""Of a window, up to the highest band."""

_FINE_BINS = _TOP_HERTZ * _PADDED // RATE + 1
"""Of a padded one."""


def picture(sound: Sound, columns: int = COLUMNS) -> Picture:
    """Return the picture of a sound, at its own loudest."""
    magnitudes = np.abs(np.fft.rfft(_frames(sound, columns), _PADDED)[:, :_FINE_BINS])
    found = _bands() @ magnitudes.T
    louds = (found / max(float(found.max()), 1e-9)) ** _POWER
    return np.asarray(np.flipud(np.rint(255 * (1 - louds))), np.uint8)


def sound(of: Picture, chance: np.random.Generator) -> Sound:
    """Return a sound that has this picture; `chance` draws the phases that it begins from."""
    louds = np.asarray(255 - np.flipud(of), np.float32) / np.float32(255)
    bands = np.asarray(louds ** (1 / _POWER) * _LOUDEST, np.float32)
    magnitudes = _spread(bands)
    angles = np.exp(2j * np.pi * chance.random(magnitudes.shape)).astype(np.complex64)
    before = np.zeros_like(angles)
    for _ in range(_ROUNDS):
        rebuilt = _analysed(_synthesised(magnitudes * angles), len(magnitudes))
        angles = rebuilt - _MOMENTUM * before
        angles /= np.maximum(np.abs(angles), np.float32(1e-9))
        before = rebuilt
    return _synthesised(magnitudes * angles)


def _spread(bands: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the magnitudes of a window's frequencies, a row for each column of a picture.

    What lies in a band is taken for spread over it evenly: the windows are too short to tell more.
    """
    middles, widths = _edges()[1:-1], _bands().sum(axis=1)
    hertz = np.arange(_BINS) * RATE / _WINDOW
    place = np.interp(hertz, middles, np.arange(BANDS))
    low = np.minimum(place.astype(int), BANDS - 2)
    share = (place - low).astype(np.float32)[:, None]
    dense = bands / widths[:, None].astype(np.float32)
    return np.ascontiguousarray((dense[low] * (1 - share) + dense[low + 1] * share).T)


def _edges() -> NDArray[np.float64]:
    """Return where bands begin and end: each from the middle of one neighbour to the other's."""
    most = 2595 * np.log10(1 + _TOP_HERTZ / 700)
    return np.asarray(700 * (10 ** (np.linspace(0, most, BANDS + 2) / 2595) - 1))


@cache
def _bands() -> NDArray[np.float32]:
    """Return what each band takes of each frequency: a triangle as high as 1."""
    edges = _edges()
    hertz = np.arange(_FINE_BINS) * RATE / _PADDED
    rising = (hertz - edges[:-2, None]) / np.diff(edges)[:-1, None]
    falling = (edges[2:, None] - hertz) / np.diff(edges)[1:, None]
    return np.maximum(0, np.minimum(rising, falling)).astype(np.float32)


def _frames(sound: Sound, count: int) -> NDArray[np.float32]:
    """Return the windows around each 10 ms; before and after the sound it is silent."""
    padded = np.zeros((count + _OVERLAP - 1) * HOP, np.float32)
    room = padded[_WINDOW // 2 :]
    room[: len(sound)] = sound[: len(room)]
    return np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::HOP] * _HANN


def _analysed(sound: Sound, count: int) -> NDArray[np.complex64]:
    return np.asarray(np.fft.rfft(_frames(sound, count))[:, :_BINS], np.complex64)


def _synthesised(spectrum: NDArray[np.complex64]) -> Sound:
    """Add windows up where they overlap."""
    windows = np.fft.irfft(spectrum, _WINDOW) * _HANN
    count = len(windows)
    blocks = np.zeros((count + _OVERLAP - 1, HOP), np.float32)
    weights = np.full_like(blocks, 1e-6)
    parts, squares = windows.reshape(count, _OVERLAP, HOP), (_HANN**2).reshape(_OVERLAP, HOP)
    for number in range(_OVERLAP):
        blocks[number : number + count] += parts[:, number]
        weights[number : number + count] += squares[number]
    whole = (blocks / weights).ravel()[_WINDOW // 2 :]
    return np.asarray(whole[: count * HOP], np.float32)
