"""The emulator process: `python -m rehearsal.cloud DIRECTORY TOOLS`, started by `emulator.py`."""

import asyncio
import os
import sys
from pathlib import Path

from rehearsal.cloud.server import serve


async def _serve_and_end(directory: Path, tools: Path) -> None:
    """End the process at once on SIGTERM.

    A thread of the emulator's may be waiting for the answer of a custom resource, up to an hour,
    and Python would wait for the thread.
    """
    await serve(directory, tools)
    os._exit(0)


if __name__ == "__main__":
    asyncio.run(_serve_and_end(Path(sys.argv[1]), Path(sys.argv[2])))
