"""What a composer is given: a video, and what the listener made of it."""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

from containers.analyzer.benchmarks.tools import TOOLS

Spoken = Sequence[tuple[float, str]]
"""How many seconds each emotion lasts."""

PICTURE = ("-f", "lavfi", "-i", "testsrc2=size=64x48:rate=10")
VOICE = ("-f", "lavfi", "-i", "sine=frequency=300:sample_rate=44100")


def make(to: Path, *arguments: str, seconds: float) -> Path:
    """Write a file by ffmpeg."""
    limits = ("-t", str(seconds), "-v", "error", "-y")
    subprocess.run([TOOLS["FFMPEG"], *arguments, *limits, str(to)], check=True, timeout=60)
    return to


def video(to: Path, seconds: float, *output: str) -> Path:
    """Write a moving picture with a tone, as H.264 unless `output` says otherwise."""
    return make(to, *PICTURE, *VOICE, *(output or ("-c:v", "libx264", "-g", "5")), seconds=seconds)


def timeline(spoken: Spoken) -> dict[str, object]:
    """Return what segments.json holds."""
    segments, edge = [], 0.0
    for seconds, emotion in spoken:
        segments.append({"start": edge, "end": edge + seconds, "emotion": emotion, "text": "hello"})
        edge += seconds
    return {"seconds": edge, "segments": segments}


def stage1(folder: Path, spoken: Spoken) -> Path:
    """Fill a place as the listener does."""
    folder.mkdir(exist_ok=True)
    found = timeline(spoken)
    (folder / "segments.json").write_text(json.dumps(found))
    seconds = sum(seconds for seconds, _ in spoken)
    make(folder / "vocals.flac", *VOICE, "-ac", "2", seconds=seconds)
    return folder
