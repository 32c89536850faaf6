"""What a finished file holds, as the tools say."""

import subprocess
from pathlib import Path

import numpy as np

from containers.analyzer.benchmarks.tools import TOOLS

_RATE = 44100


def codecs(path: Path) -> list[str]:
    """Return the names of its codecs, the picture's first."""
    wanted = ("-show_entries", "stream=codec_name", "-of", "csv=p=0")
    return _said("FFPROBE", *wanted, "-i", str(path)).decode().split()


def frames(path: Path) -> list[str]:
    """Return the checksum of each coded picture."""
    said = _said(
        *("FFMPEG", "-i", str(path), "-map", "0:v", "-c", "copy"),
        *("-bsf:v", "h264_mp4toannexb", "-f", "framemd5", "-"),
    )
    rows = [line.split(",") for line in said.decode().splitlines() if not line.startswith("#")]
    return [row[-1].strip() for row in rows]


def sound(path: Path) -> "np.ndarray[tuple[int], np.dtype[np.float32]]":
    output = ("-ac", "1", "-ar", str(_RATE), "-f", "f32le", "-")
    return np.frombuffer(_said("FFMPEG", "-i", str(path), "-map", "0:a", *output), np.float32)


def tone_at(path: Path, seconds: float) -> float:
    """Return the loudest frequency of the half second from there on."""
    start = round(seconds * _RATE)
    part = sound(path)[start : start + _RATE // 2]
    return float(np.abs(np.fft.rfft(part)).argmax() * _RATE / len(part))


def loudness(path: Path) -> float:
    """Return decibels below full scale."""
    return float(20 * np.log10(np.sqrt(np.mean(sound(path) ** 2))))


def place_of_index(path: Path) -> int:
    """Return where the index of an MP4 begins: behind all else, unless somebody moved it."""
    return path.read_bytes().index(b"moov")


def _said(tool: str, *arguments: str) -> bytes:
    command = [TOOLS[tool], "-v", "error", *arguments]
    environment = {"GCONV_PATH": TOOLS["GCONV_PATH"]}
    return subprocess.run(
        command, check=True, capture_output=True, timeout=60, env=environment
    ).stdout
