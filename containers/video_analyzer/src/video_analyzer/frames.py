"""The frames of a video, one after the other, grey and small."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from analyzer.decoding import decoding
from analyzer.media import MediaFile
from analyzer.runtime import Deadline
from analyzer.settings import Limits

Grey = NDArray[np.uint8]

BLOCK = 8
_LONG_SIDE = 160
"""A face that is compared is some blocks large at it, and each frame can be."""

_SHORT_SIDE = 64
"""Below it optical flow has nothing to hold on to; smaller pictures are enlarged."""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """How a video says that it looks."""

    width: int
    height: int
    fps: float
    """0 if the container does not know."""

    container_seconds: float | None

    @classmethod
    def of(cls, stream: dict[str, Any], seconds: float | None) -> Self:
        """Read what ffprobe says."""
        return cls(
            width=int(stream["width"]),
            height=int(stream["height"]),
            fps=_rate(stream.get("avg_frame_rate")) or _rate(stream.get("r_frame_rate")),
            container_seconds=seconds,
        )

    @property
    def analysed_size(self) -> tuple[int, int]:
        """Width and height at which frames are compared: whole blocks, near the proportions."""
        scale = min(1.0, _LONG_SIDE / max(self.width, self.height))
        width, height = (
            max(_SHORT_SIDE, round(side * scale / BLOCK) * BLOCK)
            for side in (self.width, self.height)
        )
        return width, height

    def seconds(self, frames: int) -> float:
        """Return how long so many frames last: by their rate, else as the container says."""
        return frames / self.fps if self.fps else self.container_seconds or 0.0


def frames(file: MediaFile, picture: Picture, limits: Limits, deadline: Deadline) -> Iterator[Grey]:
    """Decode all frames; each is overwritten by the one after the next."""
    width, height = picture.analysed_size
    output = [
        *("-map", "0:v:0", "-an", "-sn", "-dn"),
        # Each decoded frame once, whatever the time stamps say: numbers stay true.
        *("-fps_mode", "passthrough"),
        *("-vf", f"scale={width}:{height}:flags=area,format=gray", "-f", "rawvideo"),
    ]
    buffers = [bytearray(width * height) for _ in range(2)]
    number = 0
    with decoding(file, output, pixels=limits.pixels, end=deadline) as decoded:
        while decoded.fill(memoryview(buffers[number % 2])) == width * height:
            yield np.frombuffer(buffers[number % 2], np.uint8).reshape(height, width)
            number += 1
        decoded.finish("video", empty=not number)


def _rate(text: str | None) -> float:
    try:
        return float(Fraction(text or "0"))
    except (ValueError, ZeroDivisionError):
        return 0.0
