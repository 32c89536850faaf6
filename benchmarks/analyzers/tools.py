"""ffmpeg and ffprobe of the development environment, as the environment names them."""

from pathlib import Path

import imageio_ffmpeg

_ROOT = Path(__file__).parents[2]

TOOLS = {
    "FFMPEG": imageio_ffmpeg.get_ffmpeg_exe(),
    "FFPROBE": str(_ROOT / "node_modules/@ffprobe-installer/linux-x64/ffprobe"),
}
