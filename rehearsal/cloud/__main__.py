"""The emulator process: `python -m rehearsal.cloud DIRECTORY TOOLS`, started by `emulator.py`."""

import asyncio
import sys
from pathlib import Path

from rehearsal.cloud.server import serve

if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), Path(sys.argv[2])))
