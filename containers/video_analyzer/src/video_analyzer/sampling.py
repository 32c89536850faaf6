"""Which frames are compared with the frame before them."""

from collections import deque

import numpy as np

from video_analyzer.frames import Grey
from video_analyzer.residual import Blocks, Flow, block_means, neighbourhoods

_DENSE = 120
"""So many pairs are had before fewer are taken: a short video is looked at frame by frame."""

_RECENT = 60
_LEAST_RECENT = 10
_CONSPICUOUS = 4.0
_SOFTENING = 2.0
_LEAST_SPREAD = 0.2


class Sampler:
    """Takes all frames in turn and keeps what is to be judged.

    Regular pairs are each `sample_rate` frames, and closer at the beginning until there are enough
    of them. Every other frame gets a look that costs a twentieth: where its plain difference to
    the frame before is more lopsided than those of late, it is compared as well.
    """

    def __init__(self, sample_rate: int) -> None:
        self._rate = sample_rate
        self._stride = 1
        self._flow = Flow()
        self._before: Grey | None = None
        self._recent: deque[float] = deque(maxlen=_RECENT)
        self.seen = 0
        self.pairs: dict[int, Blocks] = {}
        """What remains of a frame, by its number."""

    @property
    def regular(self) -> set[int]:
        """The frames that were not taken for being conspicuous, evenly spread."""
        return {number for number in self.pairs if number % self._stride == 0}

    def see(self, frame: Grey) -> None:
        """Take the next frame."""
        if self._before is not None:
            # Always looked at, so that what is usual of late is known.
            conspicuous = self._sticks_out(self._before, frame)
            if conspicuous or self.seen % self._stride == 0:
                blocks = self._flow.residual(self._before, frame)
                self.pairs[self.seen] = blocks.astype(np.float16)
                self._thin_out()
        self._before = frame
        self.seen += 1

    def _thin_out(self) -> None:
        if self._stride < self._rate and len(self.regular) >= _DENSE:
            self._stride = min(2 * self._stride, self._rate)

    def _sticks_out(self, before: Grey, frame: Grey) -> bool:
        blocks = block_means(np.abs(frame.astype(np.int16) - before))
        value = float(neighbourhoods(blocks).max() / (np.median(blocks) + _SOFTENING))
        recent = np.fromiter(self._recent, float)
        self._recent.append(value)
        if len(recent) < _LEAST_RECENT:
            return True
        middle = np.median(recent)
        spread = max(1.4826 * np.median(np.abs(recent - middle)), _LEAST_SPREAD)
        return bool(value - middle > _CONSPICUOUS * spread)
