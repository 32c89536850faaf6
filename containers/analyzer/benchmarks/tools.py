"""ffmpeg and ffprobe of the development environment, and the environment of the programs."""

import os
from pathlib import Path

import imageio_ffmpeg

_ROOT = Path(__file__).parents[3]

TOOLS = {
    "FFMPEG": imageio_ffmpeg.get_ffmpeg_exe(),
    "FFPROBE": str(_ROOT / "node_modules/@ffprobe-installer/linux-x64/ffprobe"),
    # That ffprobe brings its own C library, which must not load the machine's tables of letters:
    # it would crash over the name of the sender in a transport stream.
    "GCONV_PATH": "/nonexistent",
}


ROOT = Path(__file__).parents[3]
_SOURCES = [
    ROOT / "containers" / name / "src" for name in ("analyzer", "audio_analyzer", "video_analyzer")
]


def local_environment() -> dict[str, str]:
    """Return the variables with which `python -m audio_analyzer FILE` runs."""
    places = os.pathsep.join(map(str, (ROOT, *_SOURCES)))
    return TOOLS | {"PATH": os.environ["PATH"], "PYTHONPATH": places}
