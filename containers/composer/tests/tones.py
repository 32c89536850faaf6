"""A composer without a network: `python -m containers.composer.tests.tones STAGE1 --video …`.

All of it is the composer's own but for the painter, which draws one line: a tone whose height is
the seed's and the emotion's.
"""

import hashlib
import os
import sys

import numpy as np

from composer.painter import Painter
from composer.plan import Clip
from composer.program import main
from composer.spectrogram import BANDS, Picture
from containers.analyzer.benchmarks.tools import TOOLS

_LOWEST, _HIGHEST = 60, 360
"""Bands from 200 Hz to 4 kHz."""


class TonePainter:
    """Draws a tone for each seed and emotion."""

    def paint(self, seed_clip: Picture, clip: Clip) -> Picture:
        drawn = hashlib.sha256(f"{clip.noise[0]} {clip.prompt}".encode()).digest()
        band = _LOWEST + int.from_bytes(drawn[:4]) % (_HIGHEST - _LOWEST)
        picture = np.full(seed_clip.shape, 255, np.uint8)
        picture[BANDS - band - 1] = 0
        return picture


def open_painter(_cpu: bool) -> Painter:  # noqa: FBT001 - as `main` calls it
    return TonePainter()


if __name__ == "__main__":
    os.environ.update(TOOLS)
    raise SystemExit(main(sys.argv[1:], open_painter))
