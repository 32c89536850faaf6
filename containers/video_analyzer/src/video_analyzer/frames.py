"""The frames of a video, one after the other, grey and small."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from analyzer.decoding import decoding
from analyzer.detector import Row
from analyzer.failure import Problem, Refused
from analyzer.media import MediaFile, Stream
from analyzer.runtime import Deadline
from analyzer.settings import Limits

Grey = NDArray[np.uint8]

BLOCK = 8
_LONG_SIDE = 160
"""A face that is compared is some blocks large at it, and each frame can be."""

_SHORT_SIDE = 64
"""Below it optical flow has nothing to hold on to; smaller pictures are enlarged."""

_FASTEST = 240.0
"""Frames a second of a telephone's slow motion; a container can say any number."""

_SAME_RATE = 0.01
"""Containers round the times of frames."""


@dataclass(kw_only=True)
class Picture:
    """How a video says that it looks, and, once it was decoded, how fast its frames really came."""

    stream: Stream
    fps: float
    """0 if nobody knows."""

    shown_seconds: float = 0.0
    """From the first frame so far to the last, by their own time stamps."""

    whole: bool = True
    """Whether ffmpeg had nothing to complain of."""

    @classmethod
    def of(cls, stream: Stream) -> Self:
        """Believe what the container says; raise `Refused` if it knows no size."""
        if not stream.pixels:
            sentence = "nothing in the video stream says how large its picture is"
            raise Refused(Problem.UNSUPPORTED_MEDIA, sentence)
        return cls(stream=stream, fps=stream.fps)

    @property
    def width(self) -> int:
        return self.stream.width

    @property
    def height(self) -> int:
        return self.stream.height

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
        return frames / self.fps if self.fps else self.stream.seconds or 0.0

    def least_seconds(self, frames: int) -> float:
        """Return how long so many frames lasted at least, whatever the container says."""
        return max(self.shown_seconds, frames / _FASTEST)

    def missing(self, frames: int) -> str:
        """Say what could not be read of it."""
        return self.stream.missing(self.seconds(frames), whole=self.whole)

    def correct(self, frames: int) -> None:
        """Take the rate at which frames came, unless it is the one that the container says."""
        rate = (frames - 1) / self.shown_seconds if self.shown_seconds else self.fps
        if abs(rate - self.fps) > _SAME_RATE * self.fps:
            self.fps = rate


def frames(file: MediaFile, picture: Picture, limits: Limits, deadline: Deadline) -> Iterator[Grey]:
    """Decode all frames; each is overwritten by the one after the next."""
    width, height = picture.analysed_size
    output = [
        *("-an", "-sn", "-dn"),
        # Each decoded frame once, whatever the time stamps say: numbers stay true.
        *("-fps_mode", "passthrough"),
        *("-vf", f"scale={width}:{height}:flags=area,format=gray", "-f", "rawvideo"),
    ]
    buffers = [bytearray(width * height) for _ in range(2)]
    number = 0
    with decoding(file, picture.stream, output, limits=limits, end=deadline) as decoded:
        while decoded.fill(memoryview(buffers[number % 2])) == width * height:
            picture.shown_seconds = decoded.shown_seconds()
            yield np.frombuffer(buffers[number % 2], np.uint8).reshape(height, width)
            number += 1
        picture.whole = decoded.finish(picture.stream, empty=not number)
        picture.shown_seconds = decoded.shown_seconds()
    picture.correct(number)


def coloured(
    file: MediaFile,
    stream: Stream,
    size: tuple[int, int],
    rate: int,
    *,
    limits: Limits,
    deadline: Deadline,
) -> Generator[Row]:
    """Decode each so many frames in red, green and blue from 0 to 1, at a detector's size."""
    height, width = size
    output = [
        *("-an", "-sn", "-dn", "-fps_mode", "passthrough"),
        *("-vf", f"select=not(mod(n\\,{rate})),scale={width}:{height}:flags=area,format=rgb24"),
        *("-f", "rawvideo"),
    ]
    buffer = bytearray(height * width * 3)
    number = 0
    with decoding(file, stream, output, limits=limits, end=deadline) as decoded:
        while decoded.fill(memoryview(buffer)) == len(buffer):
            pixels = np.frombuffer(buffer, np.uint8).reshape(1, height, width, 3)
            yield pixels.transpose(0, 3, 1, 2).astype(np.float32, order="C") / np.float32(255)
            number += 1
        decoded.finish(stream, empty=not number)
