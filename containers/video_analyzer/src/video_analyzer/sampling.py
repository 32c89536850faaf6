"""Which frames are compared with their neighbours."""

from collections import deque

import cv2
import numpy as np

from video_analyzer.frames import Grey
from video_analyzer.residual import (
    Blocks,
    OpticalFlow,
    Places,
    beyond_the_whole,
    block_means,
    flicker,
)

_LEAST_CHANGE = 1.0
"""Grey levels by which some block of a frame has to differ from the last that did."""

_REPEATED = 0.25
"""Share of the usual change below which a frame is the one before, shown again by whoever raised
the frame rate and encoded once more. It says nothing of what is usual."""

_RECENT = 5

_CALM = 1.0
"""Grey levels of flicker up to which motion need not be looked for: it would explain even more."""


class Sampler:
    """Takes all frames in turn and keeps what is to be judged.

    Each frame that differs is compared with the different ones before and after it; motion is
    looked for each `sample_rate` frames, and wherever a place seems to flicker without it.
    """

    def __init__(self, sample_rate: int) -> None:
        self._rate = sample_rate
        self._flow = OpticalFlow()
        self._last: list[tuple[int, Grey]] = []
        self._changes: deque[float] = deque(maxlen=_RECENT)
        self.seen = 0
        self.different = 0
        self.analyzed = 0
        self.flickers: dict[int, Places] = {}
        """How strongly each place flickers in a frame, by its number."""

    def see(self, frame: Grey) -> None:
        if not self._last or self._differs(frame, self._last[-1][1]):
            self.different += 1
            self._last.append((self.seen, frame.copy()))
            if len(self._last) == 3:  # noqa: PLR2004 - a frame and its neighbours
                (_, before), (number, here), (_, after) = self._last
                self.flickers[number] = self._compared(before, here, after).astype(np.float16)
                self._last.pop(0)
        self.seen += 1

    def _differs(self, frame: Grey, before: Grey) -> bool:
        change = float(block_means(cv2.absdiff(frame, before)).max())
        usual = sorted(self._changes)[len(self._changes) // 2] if self._changes else 0.0
        if change < max(_LEAST_CHANGE, _REPEATED * usual):
            return False
        self._changes.append(change)
        return True

    def _compared(self, before: Grey, frame: Grey, after: Grey) -> Blocks:
        found = beyond_the_whole(flicker(frame, before, after))
        if len(self.flickers) % self._rate and found.max() <= _CALM:
            return found
        self.analyzed += 1
        moved = (self._flow.moved(one, frame) for one in (before, after))
        return beyond_the_whole(flicker(frame, *moved))
