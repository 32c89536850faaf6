"""Pictures and sounds as files, by ffmpeg."""

import subprocess
from pathlib import Path

import numpy as np

from containers.analyzer.benchmarks.scenes import VideoScene, pictures
from containers.analyzer.benchmarks.tools import TOOLS
from containers.analyzer.benchmarks.voices import RATE, Sound

FPS = 30


def ffmpeg(*arguments: str | Path, given: bytes | None = None) -> None:
    """Run ffmpeg; `given` is what it reads from standard input."""
    subprocess.run(
        [TOOLS["FFMPEG"], "-v", "error", "-y", *arguments], input=given, check=True, timeout=300
    )


def write_video(scene: VideoScene, path: Path, *output: str) -> None:
    """Encode a scene, as H.264 unless `output` says otherwise."""
    size = f"{scene.width}x{scene.height}"
    coded = output or ("-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p")
    raw = ("-f", "rawvideo", "-pix_fmt", "bgr24", "-s", size, "-r", str(FPS), "-i", "pipe:0")
    with subprocess.Popen(
        [TOOLS["FFMPEG"], "-v", "error", "-y", *raw, *coded, path], stdin=subprocess.PIPE
    ) as encoder:
        assert encoder.stdin is not None  # noqa: S101 - it was opened with a pipe
        for picture in pictures(scene):
            encoder.stdin.write(picture.tobytes())
        encoder.stdin.close()
    if encoder.returncode:
        message = f"ffmpeg could not write {path}"
        raise RuntimeError(message)


def write_sound(sound: Sound, path: Path, *output: str) -> None:
    samples = (np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes()
    raw = ("-f", "s16le", "-ar", str(RATE), "-ac", "1", "-i", "pipe:0")
    ffmpeg(*raw, *output, path, given=samples)
