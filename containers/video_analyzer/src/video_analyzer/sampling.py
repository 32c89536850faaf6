"""Which frames are compared with the frame before them."""

from collections import deque

import cv2
import numpy as np
from numpy.typing import NDArray

from video_analyzer.frames import BLOCK, Grey
from video_analyzer.residual import Blocks, OpticalFlow, neighbourhoods

_DENSE = 60
"""The distance of regular pairs is the number of frames so far, divided by this: a short video is
looked at frame by frame, and a long one has a beginning that says what is usual."""

_RECENT = 60
_LEAST_RECENT = 10
_CONSPICUOUS = 4.0
_SOFTENING = 2.0
_LEAST_SPREAD = 0.1


class Sampler:
    """Takes all frames in turn and keeps what is to be judged.

    Regular pairs come each `sample_rate` frames, and closer at the beginning. Every frame gets a
    look at half the size besides: where it is more lopsided than those of late, the pair is
    compared as well, so that a few frames between two regular ones are seen.
    """

    def __init__(self, sample_rate: int) -> None:
        self._rate = sample_rate
        self._flow = OpticalFlow()
        self._before: tuple[Grey, Grey] | None = None
        self._recent: deque[float] = deque(maxlen=_RECENT)
        self._next = 1
        self.seen = 0
        self.pairs: dict[int, Blocks] = {}
        """What remains of a frame, by its number."""

        self.regular: set[int] = set()
        """The frames that were not taken for being conspicuous: they say what is usual."""

    def see(self, frame: Grey) -> None:
        half = cv2.resize(frame, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        small = np.asarray(half, np.uint8)
        if self._before is not None:
            before, small_before = self._before
            # Always looked at, so that what is usual of late is known.
            conspicuous = self._sticks_out(small_before, small)
            regular = self.seen >= self._next
            if regular:
                self.regular.add(self.seen)
                self._next = self.seen + min(self._rate, max(1, self.seen // _DENSE))
            if regular or conspicuous:
                blocks = self._flow.residual(before, frame, BLOCK)
                self.pairs[self.seen] = blocks.astype(np.float16)
        self._before = frame, small
        self.seen += 1

    def _sticks_out(self, before: Grey, frame: Grey) -> bool:
        blocks = self._flow.residual(before, frame, BLOCK // 2)
        value = float(neighbourhoods(blocks).max()) / (_middle(blocks.ravel()) + _SOFTENING)
        recent = sorted(self._recent)
        self._recent.append(value)
        if len(recent) < _LEAST_RECENT:
            return True
        middle = recent[len(recent) // 2]
        spread = sorted(abs(one - middle) for one in recent)[len(recent) // 2]
        return value - middle > _CONSPICUOUS * max(spread, _LEAST_SPREAD)


def _middle(values: NDArray[np.float32]) -> float:
    """Return the median, without numpy's care, which takes longer than all the rest of a look."""
    half = len(values) // 2
    return float(np.partition(values, half)[half])
