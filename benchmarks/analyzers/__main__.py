"""`python -m benchmarks.analyzers`: what the analysers tell apart, how fast, in how much memory.

Everything is made from numbers: scenes with a swaying camera and something that moves, voices with
and without the faults of a throat. It says nothing about recordings of people.
"""

import os
import tempfile
import time
from pathlib import Path

from benchmarks.analyzers.report import show
from benchmarks.analyzers.separation import videos, voices
from benchmarks.analyzers.speed import MEDIA, measured, stated_media
from benchmarks.analyzers.tools import TOOLS


def main() -> None:
    """Measure and print."""
    os.environ.update(TOOLS)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        _say("judging tampered, clean, cut and dark scenes")
        seen = list(videos(folder))
        _say("judging sounds")
        heard = list(voices(folder))
        _say(f"making the clip for speed: {MEDIA}")
        clip = stated_media(folder)
        speed = []
        for module in ("audio_analyzer", "video_analyzer"):
            _say(f"measuring {module}")
            pods = folder / module
            pods.mkdir()
            speed.append(measured(module, clip, pods))
    show(seen, heard, speed)


def _say(sentence: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {sentence}", flush=True)


if __name__ == "__main__":
    main()
