"""`make analyze FILE=clip.mp4`: both programs on a file, with the tools that the tests use.

Where ffmpeg and ffprobe are installed, `python -m audio_analyzer FILE` does the same.
"""

import subprocess
import sys

from containers.analyzer.benchmarks.tools import local_environment


def main() -> None:
    """Run one after the other: what one cannot judge, as the sound of a silent video, it says."""
    codes = [
        subprocess.run(
            [sys.executable, "-m", module, *sys.argv[1:]], env=local_environment(), check=False
        ).returncode
        for module in ("audio_analyzer", "video_analyzer")
    ]
    sys.exit(0 if 0 in codes else max(codes))


if __name__ == "__main__":
    main()
