"""What of a frame neither the one before nor the one after it explains."""

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from video_analyzer.frames import BLOCK, Grey

Blocks = NDArray[np.float32]
Places = NDArray[np.float16]
"""How strongly each place of a frame flickers, as it is kept."""

# The processors are for ffmpeg beside us; at this size threads cost more than they bring.
cv2.setNumThreads(1)


class OpticalFlow:
    """Dense inverse search; the fastest of its presets, for it has to explain, not to please."""

    def __init__(self) -> None:
        self._search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)

    def moved(self, neighbour: Grey, frame: Grey) -> NDArray[np.uint8]:
        """Return a neighbour as it would look if all in it had moved on to the frame."""
        motion = self._search.calc(frame, neighbour, None)  # type: ignore[call-overload] # None: new
        places = _grid(frame.shape) + motion
        moved = cv2.remap(  # type: ignore[call-overload] # None: the first map has both
            neighbour, places, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        return np.asarray(moved, np.uint8)


def flicker(frame: Grey, before: Grey, after: Grey) -> Blocks:
    """Return by how many grey levels each block is brighter, or darker, than in both neighbours.

    What one of them explains is none: a thing that comes, goes, is uncovered, a cut, a caption.
    """
    here = block_means(frame)
    more, still_more = here - block_means(before), here - block_means(after)
    least = np.minimum(np.abs(more), np.abs(still_more))
    return np.where(np.sign(more) == np.sign(still_more), np.sign(more) * least, np.float32(0))


def beyond_the_whole(blocks: Blocks) -> Blocks:
    """Return how strongly each place flickers by itself: a block with its eight neighbours.

    What all of the picture does, as in a flash, is taken away.
    """
    places = np.abs(cv2.blur(blocks, (3, 3), borderType=cv2.BORDER_REPLICATE))
    return np.asarray(np.maximum(places - abs(np.median(blocks)), 0), np.float32)


def block_means(values: NDArray[np.integer | np.floating]) -> Blocks:
    height, width = values.shape
    size = (width // BLOCK, height // BLOCK)
    floats = np.asarray(values, np.float32)
    return np.asarray(cv2.resize(floats, size, interpolation=cv2.INTER_AREA), np.float32)


@cache
def _grid(shape: tuple[int, int]) -> NDArray[np.float32]:
    height, width = shape
    down, across = np.mgrid[0:height, 0:width]
    return np.dstack((across, down)).astype(np.float32)
