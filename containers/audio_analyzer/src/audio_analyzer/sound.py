"""The sound of a file, block by block."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from analyzer.decoding import decoding
from analyzer.media import MediaFile
from analyzer.runtime import Deadline
from analyzer.settings import Limits

RATE = 16000
"""Samples a second."""

_BLOCK_SECONDS = 10
_BYTES_A_SAMPLE = 2
_FULL_SCALE = np.float32(32768)

Samples = NDArray[np.float32]


def blocks(file: MediaFile, limits: Limits, deadline: Deadline) -> Iterator[Samples]:
    """Decode to 16 bit, one channel; give ten seconds at a time, as -1..1."""
    output = [
        *("-map", "0:a:0", "-vn", "-sn", "-dn"),
        *("-ac", "1", "-ar", str(RATE), "-c:a", "pcm_s16le", "-f", "s16le"),
    ]
    buffer = bytearray(_BLOCK_SECONDS * RATE * _BYTES_A_SAMPLE)
    total = 0
    with decoding(file, output, pixels=limits.pixels, end=deadline) as decoded:
        while filled := decoded.fill(memoryview(buffer)):
            total += filled
            whole = filled // _BYTES_A_SAMPLE
            yield np.frombuffer(buffer, "<i2", whole).astype(np.float32) / _FULL_SCALE
        decoded.finish("audio", empty=not total)
