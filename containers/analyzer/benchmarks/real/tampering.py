"""The benchmark's own tampering, put into real clips."""

import json
import subprocess
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from containers.analyzer.benchmarks.encode import ffmpeg
from containers.analyzer.benchmarks.scenes import replace_a_part
from containers.analyzer.benchmarks.tools import TOOLS

Frames = NDArray[np.uint8]

WIDTH = 480
FRAMES = 150
LENGTH = 7
"""Frames that are touched, as in the generated scenes."""

_FIRST, _REST = 20, 12
"""Frames before and after them that are left as they are, at least."""

KINDS = {"tampered": "20", "tampered, as a phone sends it": "32"}
"""And the quality at which x264 then writes them."""


def tamper(clip: Path, path: Path, *, seed: int, quality: str) -> range:
    """Replace a part of a few frames somewhere in a clip; return their numbers, none if short."""
    chance = np.random.default_rng(seed)
    frames = _frames(clip)
    last = len(frames) - LENGTH - _REST
    if last <= _FIRST:
        return range(0)
    first = int(chance.integers(_FIRST, last))
    touched = range(first, first + LENGTH)
    for number in touched:
        part = frames[number].astype(np.float32)
        replace_a_part(part, chance)
        frames[number] = np.clip(part, 0, 255)
    height, width = frames.shape[1:3]
    raw = ("-f", "rawvideo", "-pix_fmt", "bgr24", "-s", f"{width}x{height}", "-r", "25")
    coded = ("-c:v", "libx264", "-preset", "veryfast", "-crf", quality, "-pix_fmt", "yuv420p")
    ffmpeg(*raw, "-i", "pipe:0", *coded, path, given=frames.tobytes())
    return touched


def _frames(clip: Path) -> Frames:
    """Decode the first frames that are not repeated, all of one size."""
    scaled = f"scale={WIDTH}:-2,mpdecimate=hi=64*6:lo=64*2:frac=0.02"
    output = ("-frames:v", str(FRAMES), "-fps_mode", "passthrough", "-pix_fmt", "bgr24")
    raw = subprocess.run(
        [
            *(TOOLS["FFMPEG"], "-v", "quiet", "-i", clip, "-vf", scaled, *output),
            *("-f", "rawvideo", "pipe:1"),
        ],
        stdout=subprocess.PIPE,
        check=True,
    ).stdout
    height = _height(clip)
    whole = len(raw) // (height * WIDTH * 3) * height * WIDTH * 3
    return np.frombuffer(raw[:whole], np.uint8).reshape(-1, height, WIDTH, 3).copy()


def _height(clip: Path) -> int:
    """Return the height that ffmpeg gives to a clip of that width."""
    asked = (TOOLS["FFPROBE"], "-v", "error", "-select_streams", "v:0", "-show_streams")
    said = subprocess.run([*asked, "-of", "json", clip], stdout=subprocess.PIPE, check=True).stdout
    stream = json.loads(said)["streams"][0]
    return round(WIDTH * int(stream["height"]) / int(stream["width"]) / 2) * 2
