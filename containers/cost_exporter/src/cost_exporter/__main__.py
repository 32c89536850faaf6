"""`python -m cost_exporter`: serve, or check."""

from cost_exporter.program import PROGRAM
from exporter.cli import main

if __name__ == "__main__":
    main(PROGRAM)
