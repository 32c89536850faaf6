"""What remains of a frame when the one before it, moved as the picture moved, is taken away."""

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from video_analyzer.frames import Grey

Blocks = NDArray[np.float32]

# The processors are for ffmpeg beside us; at this size threads cost more than they bring.
cv2.setNumThreads(1)


class OpticalFlow:
    """Dense inverse search; the fastest of its presets, for it has to explain, not to please."""

    def __init__(self) -> None:
        self._search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)

    def residual(self, before: Grey, frame: Grey, block: int) -> Blocks:
        """Return the mean difference in each block that motion does not explain."""
        motion = self._search.calc(frame, before, None)  # type: ignore[call-overload] # None: new
        places = _grid(frame.shape) + motion
        moved = cv2.remap(  # type: ignore[call-overload] # None: the first map has both
            before, places, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        return _block_means(cv2.absdiff(moved, frame), block)


def _block_means(difference: NDArray[np.integer | np.floating], block: int) -> Blocks:
    height, width = difference.shape
    values = np.asarray(difference, np.float32)
    size = (width // block, height // block)
    return np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_AREA), np.float32)


def neighbourhoods(blocks: Blocks) -> Blocks:
    """Return the mean of each block and its eight neighbours: a face takes several, an edge few."""
    return np.asarray(cv2.blur(blocks, (3, 3), borderType=cv2.BORDER_REPLICATE), np.float32)


@cache
def _grid(shape: tuple[int, int]) -> NDArray[np.float32]:
    height, width = shape
    down, across = np.mgrid[0:height, 0:width]
    return np.dstack((across, down)).astype(np.float32)
