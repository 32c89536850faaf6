"""The sound of a file, block by block."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analyzer.decoding import decoding
from analyzer.media import MediaFile, Stream
from analyzer.runtime import Deadline
from analyzer.settings import Limits

RATE = 16000
"""Samples a second."""

BLOCK_SECONDS = 10
_BYTES_A_SAMPLE = 2
_FULL_SCALE = np.float32(32768)
_MOST_CHANNELS = 8

Samples = NDArray[np.float32]


@dataclass(kw_only=True)
class Track:
    """One sound track, and, once it was decoded, how much there was of it."""

    stream: Stream
    samples: int = 0
    whole: bool = True
    """Whether ffmpeg had nothing to complain of."""

    @property
    def seconds(self) -> float:
        return self.samples / RATE

    @property
    def missing(self) -> str:
        """What could not be read of it."""
        return self.stream.missing(self.seconds, whole=self.whole)


def blocks(file: MediaFile, track: Track, limits: Limits, deadline: Deadline) -> Iterator[Samples]:
    """Decode to 16 bit; give ten seconds at a time, all channels in one, as -1..1."""
    channels = min(max(1, track.stream.channels), _MOST_CHANNELS)
    output = [
        *("-vn", "-sn", "-dn", "-ac", str(channels), "-ar", str(RATE)),
        *("-c:a", "pcm_s16le", "-f", "s16le"),
    ]
    frame = channels * _BYTES_A_SAMPLE
    buffer = bytearray(BLOCK_SECONDS * RATE * frame)
    with decoding(file, track.stream, output, limits=limits, end=deadline) as decoded:
        while filled := decoded.fill(memoryview(buffer)):
            count = filled // frame
            track.samples += count
            values = np.frombuffer(buffer, "<i2", count * channels).reshape(count, channels)
            yield mixed(values.astype(np.float32) / _FULL_SCALE)
        track.whole = decoded.finish(track.stream, empty=not track.samples)


def windows(samples: Samples, size: int) -> Iterator[Samples]:
    """Give pieces of one size that have all of the sound; less is repeated until it fills one.

    The last one begins earlier than the one before it ends, unless they come out even.
    """
    if len(samples) < size:
        samples = np.resize(samples, size)
    last = len(samples) - size
    for start in (*range(0, last, size), last):
        yield samples[start : start + size]


def mixed(channels: Samples) -> Samples:
    """Return the mean of all channels, those turned over that would cancel the loudest."""
    alike = channels.T @ channels
    loudest = int(alike.diagonal().argmax())
    return np.asarray((channels * np.where(alike[loudest] < 0, -1, 1)).mean(axis=1), np.float32)
