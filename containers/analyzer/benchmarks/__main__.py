"""`python -m containers.analyzer.benchmarks`: what is told apart, how fast, in how much memory.

Everything is made from numbers: scenes with a swaying camera and something that moves, voices with
and without the faults of a throat. It says nothing about recordings of people: those are in
`containers.analyzer.benchmarks.real`.
"""

import os
import tempfile
import time
from pathlib import Path

from containers.analyzer.benchmarks.report import show
from containers.analyzer.benchmarks.separation import videos, voices
from containers.analyzer.benchmarks.speed import MEDIA, measured, stated_media
from containers.analyzer.benchmarks.tools import TOOLS


def main() -> None:
    os.environ.update(TOOLS)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        _say("judging tampered, clean, cut and dark scenes")
        seen = list(videos(folder))
        _say("judging sounds")
        heard = list(voices(folder))
        _say(f"making the clips for speed: {MEDIA}")
        clips = stated_media(folder)
        speed = []
        for module in ("audio_analyzer", "video_analyzer"):
            pods = folder / module
            pods.mkdir()
            for length, clip in clips.items():
                _say(f"measuring {module} on {length} s")
                speed.append(measured(module, length, clip, pods))
    show(seen, heard, speed)


def _say(sentence: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {sentence}", flush=True)


if __name__ == "__main__":
    main()
