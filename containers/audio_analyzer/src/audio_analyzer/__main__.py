"""`python -m audio_analyzer`: serve, or analyse one file."""

from analyzer.cli import main
from audio_analyzer.program import PROGRAM

if __name__ == "__main__":
    main(PROGRAM)
