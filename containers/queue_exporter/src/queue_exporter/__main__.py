"""`python -m queue_exporter`: serve, or check."""

from exporter.cli import main
from queue_exporter.program import PROGRAM

if __name__ == "__main__":
    main(PROGRAM)
