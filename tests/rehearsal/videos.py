"""Short videos that drills upload."""

from pathlib import Path

from containers.analyzer.benchmarks.encode import ffmpeg


def make_video(file: Path, *, picture: str, seconds: int, hertz: int = 440) -> Path:
    """Write a picture, as ffmpeg's lavfi names it, with a tone."""
    sources = (
        *("-f", "lavfi", "-i", f"{picture}:duration={seconds}"),
        *("-f", "lavfi", "-i", f"sine=frequency={hertz}:duration={seconds}"),
    )
    codecs = ("-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", "-pix_fmt", "yuv420p")
    ffmpeg(*sources, *codecs, file)
    return file
