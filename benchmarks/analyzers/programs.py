"""What the programs need in their environment at a desk."""

import os
from pathlib import Path

from benchmarks.analyzers.tools import TOOLS

ROOT = Path(__file__).parents[2]
_SOURCES = [
    ROOT / "containers" / name / "src" for name in ("analyzer", "audio_analyzer", "video_analyzer")
]


def desk_environment() -> dict[str, str]:
    """Return the variables with which `python -m audio_analyzer FILE` runs."""
    places = os.pathsep.join(map(str, (ROOT, *_SOURCES)))
    return TOOLS | {"PATH": os.environ["PATH"], "PYTHONPATH": places}
